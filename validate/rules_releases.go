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
		{Code: PlanDoubt, Severity: Warning,
			Holds: "the gates and guards of a plan see the candidate at every stage",
			Why:   "a stage is entered, or kept, whatever the candidate does"},
		{Code: Clump, Severity: Warning,
			Holds: "a plan says how many bad requests one cause makes, where the route retries",
			Why:   "retries of one request are taken for several requests, and stop a good candidate"},
		{Code: BadEvidence, Severity: Error,
			Holds: "the evidence and the history of a release can be read",
			Why:   "start, promote and finish are refused, and nothing is decided"},
		{Code: SlowGuard, Severity: Warning,
			Holds: "a stage that no person ends, and no check of the metric that shows a fault, is kept until a guard " +
				"can have seen one, by the demand that the plan states",
			Why: "the release goes on before anything can be known of the candidate"},
		{Code: LowCeiling, Severity: Warning,
			Holds: "the ceilings of a plan are above the share of requests that fails anyway, by the demand that the " +
				"plan states",
			Why: "a guard rolls back every candidate, and a gate never opens"},
	}
}

// capacityRules are the rules of what a release asks of pods, which release/gitops checks.
func capacityRules() []Rule {
	return []Rule{
		{Code: TooFewPods, Severity: Error,
			Holds: "the pods of every lane carry what each place of the plan gives it, by the demand that the plan " +
				"states",
			Why: "requests fail at that stage, or after the roll back, although the candidate is good"},
		{Code: FewPods, Severity: Warning,
			Holds: "no pod gets more than twice what it carries before the release, where no demand is stated",
			Why:   "the lane is probably overloaded at that stage"},
		{Code: ScaledDown, Severity: Warning,
			Holds: "the minimum of an autoscaler carries what a roll back gives the lane",
			Why:   "the autoscaler has removed the lane's pods while it had few requests: the roll back overloads it"},
		{Code: BadFloor, Severity: Error, Reference: true,
			Holds: "the pods that a plan wants before a stage can be written",
			Why:   "start or promote is refused at that stage, in the middle of the release"},
	}
}
