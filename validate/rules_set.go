package validate

// setRules are the rules of what is wrong with the set itself.
func setRules() []Rule {
	return []Rule{
		{Code: DuplicateObject, Severity: Error,
			Holds: "an object is in a set once",
			Why:   "of two documents for one object, the one that is applied last wins"},
		{Code: UnknownKey, Severity: Error,
			Holds: "a key is one of the object's kind",
			Why:   "the cluster drops it silently, or refuses the object: it is probably a typing error",
			Twin:  "IST0106"},
		{Code: UnknownLaneKey, Severity: Warning,
			Holds: "a key of a lane or lane group is one that ASM documents",
			Why: "it is a typing error, or newer than this library, which keeps it in edits but does not " +
				"understand it"},
		{Code: DuplicateKey, Severity: Error,
			Holds: "a key appears once in a mapping",
			Why:   "readers take the first or the last, or refuse the file"},
		{Code: WrongType, Severity: Error,
			Holds: "a value has the type of its field",
			Why:   "the cluster refuses the object",
			Twin:  "IST0106"},
		{Code: NotAnObject, Severity: Error,
			Holds: "a document is a Kubernetes object with a name",
			Why:   "Argo CD and kubectl fail on the whole directory"},
		{Code: TooManyFaults, Severity: Error,
			Holds: "a file has at most 1000 faults of the codes SL002 to SL006, SL008 and SL009",
			Why:   "the others are counted, not shown: it is probably not a file of manifests"},
		{Code: Misread, Severity: Error,
			Holds: "Kubernetes' reader sees every document as it is written",
			Why:   "kubectl and Argo CD skip a part of the file, or refuse it"},
		{Code: Unreadable, Severity: Error,
			Holds: "a file can be read, and each of its documents is YAML",
			Why:   "kubectl and Argo CD refuse the file; other faults in the document are unknown"},
		{Code: UnknownKind, Severity: Error,
			Milder: "warning for a version that clusters of before Kubernetes 1.26 have",
			Holds: "the groups of Kubernetes' workloads and of Istio's routes have the version and the kind of an " +
				"object",
			Why: "the cluster refuses the object, and it is not checked further"},
		{Code: UnusedIgnore, Severity: Warning,
			Holds: "an entry that ignores findings names a code that can be ignored, and matches a finding",
			Why:   "it hides a later fault"},
	}
}
