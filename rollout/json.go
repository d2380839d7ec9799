package rollout

import (
	"errors"
	"fmt"

	"sigs.k8s.io/json"

	"github.com/swimlane-go/swimlane/internal/fielderr"
	"github.com/swimlane-go/swimlane/internal/jsonerr"
)

// UnmarshalJSON reads a plan strictly: unknown and duplicate keys are errors,
// all of them named at once. It does not validate: call [Plan.Validate]. On
// error p is left as it was.
func (p *Plan) UnmarshalJSON(data []byte) error {
	type plain Plan // without this method
	var out plain
	if err := strict("plan", data, &out); err != nil {
		return err
	}
	*p = Plan(out)
	return nil
}

// UnmarshalJSON reads a state strictly: unknown and duplicate keys, an unknown schema or
// phase and impossible values are errors, all of them named at once. [Plan.Check] checks
// whether it is a state of a given plan. On error s is left as it was.
func (s *State) UnmarshalJSON(data []byte) error {
	type plain State
	var out plain
	if err := strict("state", data, &out); err != nil {
		return err
	}
	state := State(out)
	if err := fielderr.Join("state", state.validate()); err != nil {
		return err
	}
	state.Since = normal(state.Since)
	*s = state
	return nil
}

// UnmarshalJSON reads an event strictly: unknown and duplicate keys are errors.
// [Plan.Apply] checks everything else. On error e is left as it was.
func (e *Event) UnmarshalJSON(data []byte) error {
	type plain Event
	var out plain
	if err := strict("event", data, &out); err != nil {
		return err
	}
	*e = Event(out)
	return nil
}

// strict decodes data into v, which must have no UnmarshalJSON of its own, and
// reports unknown, miscased and duplicate keys, which encoding/json lets pass.
func strict(what string, data []byte, v any) error {
	faults, err := json.UnmarshalStrict(data, v)
	if err = errors.Join(append([]error{jsonerr.Plain(err)}, faults...)...); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}
