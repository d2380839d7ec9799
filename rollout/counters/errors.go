package counters

import (
	"errors"
	"fmt"
)

// These say why [Delta] made nothing. Test with errors.Is.
var (
	// ErrMetric: the plan has no metric of counts of that name.
	ErrMetric = errors.New("no metric of counts of the plan")
	// ErrWindow: the second moment is not at least a second after the first.
	ErrWindow = errors.New("the second moment must be at least a second after the first")
	// ErrBound: no bucket has the bound that the metric is over.
	ErrBound = errors.New("no bucket has the metric's bound")
	// ErrFormat: the [Format] lacks a field that it needs to read anything.
	ErrFormat = errors.New("the format cannot be read")
)

// maxFaults is how many faults one error shows; it counts the rest.
const maxFaults = 20

// LineError is a line of a text that cannot be read.
type LineError struct {
	// Line is its number, from 1; 0 when the fault is in the text as a whole.
	Line int
	// Reason says what must hold, then what was found.
	Reason string
}

func (e *LineError) Error() string {
	if e.Reason == "" {
		return fmt.Sprintf("line %d: cannot be read", e.Line)
	}
	if e.Line == 0 {
		return "text: " + e.Reason
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.Reason)
}

// SampleError is a sample that is not valid.
type SampleError struct {
	// Moment is "before" or "after", and Index the position of Sample in that scrape.
	Moment string
	Index  int
	Sample Sample
	// Reason says what must hold, then what was found.
	Reason string
}

func (e *SampleError) Error() string {
	moment, reason := e.Moment, e.Reason
	if moment == "" {
		moment = "scrape"
	}
	if reason == "" {
		reason = "cannot be one"
	}
	at := fmt.Sprintf("%s: samples[%d]", moment, e.Index)
	if e.Sample.Pod != "" {
		at += fmt.Sprintf(" of pod %q", short(e.Sample.Pod))
	}
	if e.Sample.Series != "" {
		at += ", " + short(e.Sample.Series)
	}
	return at + ": " + reason
}

// maxShown is how much of a name a message shows: names come from outside.
const maxShown = 200

// short returns a name in the form that messages show.
func short(name string) string {
	if len(name) <= maxShown {
		return name
	}
	return fmt.Sprintf("%.*s...", maxShown, name)
}

// faults collects errors up to maxFaults, and counts the rest.
type faults struct {
	errs []error
	more int
}

func (f *faults) add(err error) {
	if len(f.errs) < maxFaults {
		f.errs = append(f.errs, err)
		return
	}
	f.more++
}

// err joins the collected errors; it is nil when there are none.
func (f *faults) err() error {
	if f.more > 0 {
		return errors.Join(append(f.errs, fmt.Errorf("and %d more faults", f.more))...)
	}
	return errors.Join(f.errs...)
}
