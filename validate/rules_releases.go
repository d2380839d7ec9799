package validate

// releaseRules are the rules of releases in Git, which release/gitops checks.
func releaseRules() []Rule {
	return []Rule{
		{Code: BadPlan, Severity: Error,
			Holds: "the plan of a release can be read, and is one that can be followed",
			Why:   "every command of the release is refused, roll back included"},
		{Code: PlanNotFound, Severity: Warning, Reference: true,
			Holds: "an object that is marked by a release has the plan of the release beside it",
			Why:   "no command knows where the release stands, or what its roll back is"},
		{Code: BadState, Severity: Error,
			Holds: "the state of a release can be read, and stands on the object that carries it",
			Why:   "every command but rollback and adopt is refused"},
		{Code: OtherPlan, Severity: Error,
			Holds: "a plan stays as it is while a release follows it",
			Why:   "every command but rollback and replan is refused"},
		{Code: ReleaseHolder, Severity: Error, Reference: true,
			Holds: "what holds the weights of a release is there, once, and can be read",
			Why:   "every command of the release is refused, roll back included"},
		{Code: Drift, Severity: Error,
			Holds: "the weights are those of the place at which the release stands",
			Why:   "somebody edited them by hand: every command but rollback and adopt is refused"},
		{Code: BehindRelease, Severity: Warning,
			Holds: "what holds the weights of a release is of the state's revision",
			Why:   "a command was cut off between files: the next one completes it"},
		{Code: OtherImage, Severity: Warning,
			Holds: "the candidate's containers have the images of the plan",
			Why:   "what is released is not what was planned"},
	}
}
