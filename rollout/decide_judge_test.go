package rollout_test

import (
	"time"

	"github.com/swimlane-go/swimlane/rollout"
)

// decideJudge decides a second time, as simply as possible: facts in words, and the rules
// of Decide's comment one after the other. It knows no windows, no tests and no digests.
type decideJudge struct {
	phase    rollout.Phase
	stage    int // 0 when prepared
	last     int // how many stages there are
	noReturn int // 0: none
	weight   int // the candidate's percent at the place of the release

	guards []guardFact
	gated  bool // a gate guards the next place
	gate   gateFact
	frozen bool
}

// guardFact is what a guard knows at one service.
type guardFact struct {
	failed     string // "", "in this stay" or "before"
	onFail     rollout.Action
	noData     bool // data is expected, and missing
	onNoData   rollout.Action
	seenAtHere bool // data of the candidate since the place was entered
}

// gateFact is what is known of the gate in front of the next place.
type gateFact struct {
	checks    []checkFact
	approved  bool // as often as the gate asks
	dwelt     time.Duration
	least     time.Duration
	most      time.Duration // 0: no deadline
	afterMost rollout.Action
}

// checkFact is what a gate's check knows at one service.
type checkFact struct {
	failed, noData, passed bool
	onFail, onNoData       rollout.Action
}

// decide returns what should happen.
func (j decideJudge) decide() rollout.Action {
	if j.phase == rollout.Finished || j.phase == rollout.RolledBack {
		return rollout.ActNothing
	}
	wanted := map[rollout.Action]bool{}
	for _, g := range j.guards {
		switch {
		case g.failed == "before" && g.onFail == rollout.ActStepBack:
			wanted[rollout.ActHold] = true
		case g.failed != "":
			wanted[g.onFail] = true
		case g.noData:
			wanted[g.onNoData] = true
		}
	}
	if j.phase == rollout.Paused || !j.gated {
		wanted[rollout.ActHold] = true
	} else {
		for action := range j.gate.asks() {
			wanted[action] = true
		}
		for _, g := range j.guards {
			if j.weight > 0 && !g.seenAtHere {
				wanted[rollout.ActHold] = true
			}
		}
	}
	if len(wanted) == 0 && j.frozen {
		wanted[rollout.ActHold] = true
	}
	switch {
	case wanted[rollout.ActRollBack]:
		return j.back(rollout.ActRollBack)
	case wanted[rollout.ActStepBack]:
		return j.back(rollout.ActStepBack)
	case wanted[rollout.ActHold]:
		return rollout.ActHold
	case j.stage == 0:
		return rollout.ActStart
	case j.stage == j.last:
		return rollout.ActFinish
	}
	return rollout.ActPromote
}

// back returns how far the release may be taken back by itself.
func (j decideJudge) back(action rollout.Action) rollout.Action {
	if action == rollout.ActStepBack {
		if j.phase != rollout.Running {
			return rollout.ActHold
		}
		if j.stage == 1 {
			action = rollout.ActRollBack
		}
	}
	if j.noReturn > 0 && j.stage >= j.noReturn && (action == rollout.ActRollBack || j.stage-1 < j.noReturn) {
		return rollout.ActHold
	}
	return action
}

// asks returns what the gate asks for; nothing when it is open.
func (g gateFact) asks() map[rollout.Action]bool {
	out := map[rollout.Action]bool{}
	for _, c := range g.checks {
		switch {
		case c.failed:
			out[c.onFail] = true
		case c.noData:
			out[c.onNoData] = true
		case !c.passed:
			out[rollout.ActHold] = true
		}
	}
	if !g.approved || g.dwelt < g.least {
		out[rollout.ActHold] = true
	}
	if len(out) > 0 && g.most > 0 && g.dwelt >= g.most {
		out[g.afterMost] = true
	}
	return out
}
