package validate

// releaseRules are the rules of releases in Git, which release/gitops checks.
func releaseRules() []Rule {
	return []Rule{
		{Code: BadPlan, Severity: Error,
			Holds: "the plan of a release can be read and is valid",
			Why:   "every command of the release is refused, roll back included"},
		{Code: PlanNotFound, Severity: Warning, Reference: true,
			Holds: "the plan of a release is beside the objects that the release marks",
			Why:   "no command knows the place of the release, or its rollback weights"},
		{Code: BadState, Severity: Error,
			Holds: "the state of a release can be read, and is on its carrier",
			Why:   "every command but rollback and adopt is refused"},
		{Code: OtherPlan, Severity: Error,
			Holds: "a plan does not change while a release follows it",
			Why:   "every command but rollback and replan is refused"},
		{Code: ReleaseHolder, Severity: Error, Reference: true,
			Holds: "every holder of the weights of a release exists, once, and can be read",
			Why:   "every command of the release is refused, roll back included"},
		{Code: Drift, Severity: Error,
			Holds: "the weights are those of the place of the release",
			Why:   "somebody edited them by hand: every command but rollback and adopt is refused"},
		{Code: BehindRelease, Severity: Warning,
			Holds: "every holder of the weights of a release has the state's revision",
			Why:   "a command was cut off between files: the next one completes it"},
		{Code: OtherImage, Severity: Warning,
			Holds: "the candidate's containers have the images of the plan",
			Why:   "the release is not the planned one"},
		{Code: PlanDoubt, Severity: Warning,
			Holds: "the gates and guards of a plan see the candidate at every stage",
			Why:   "a stage is entered, or kept, whatever the candidate does"},
		{Code: Clump, Severity: Warning,
			Holds: "a plan says how many bad requests one cause makes, if the route retries",
			Why:   "retries of one request count as several requests, and stop a good candidate"},
		{Code: BadEvidence, Severity: Error,
			Holds: "the evidence and the history of a release can be read",
			Why:   "start, promote and finish are refused, and no decision is made"},
		{Code: SlowGuard, Severity: Warning,
			Holds: "a stage that ends without a person, and without a check of the metric that shows a fault, lasts until " +
				"a guard can have seen one, by the demand that the plan states",
			Why: "the release goes on before anything is known of the candidate"},
		{Code: LowCeiling, Severity: Warning,
			Holds: "the ceilings of a plan are above the normal share of bad requests, by the demand that the " +
				"plan states",
			Why: "a guard rolls back every candidate, and a gate never opens"},
	}
}

// capacityRules are the rules of what a release asks of pods, which release/gitops checks.
func capacityRules() []Rule {
	return []Rule{
		{Code: TooFewPods, Severity: Error,
			Holds: "the pods of every lane carry its requests at each place of the plan, by the demand that the plan " +
				"states",
			Why: "requests fail at that stage, or after the roll back, although the candidate is good"},
		{Code: FewPods, Severity: Warning,
			Holds: "no pod gets more than twice its requests before the release, if no demand is stated",
			Why:   "the lane is probably overloaded at that stage"},
		{Code: ScaledDown, Severity: Warning,
			Holds: "the minimum of an autoscaler carries the lane's requests after a roll back",
			Why:   "the autoscaler has removed the lane's pods while it had few requests: the roll back overloads it"},
		{Code: BadFloor, Severity: Error, Reference: true,
			Holds: "the pods that a plan requires exist before a stage is written",
			Why:   "start or promote is refused at that stage, in the middle of the release"},
	}
}
