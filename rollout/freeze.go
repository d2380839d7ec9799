package rollout

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Freeze is a time in which no release goes on: start, promote and finish are refused
// with [ErrFrozen]. Everything else is allowed at any time. It holds while the wall clock
// of its zone is within it: an hour that the clock repeats is frozen twice, and an hour
// that it skips is never frozen. All fields that are set must hold; at least one of Days,
// From with To, and First with Last is set.
type Freeze struct {
	// Zone is an IANA time zone, such as Europe/Berlin or UTC.
	Zone string `json:"zone"`
	// Days are days of the week: Mon, Tue, Wed, Thu, Fri, Sat, Sun. Empty means every day.
	Days []string `json:"days,omitempty"`
	// From and To are times of the day, "18:00"; To itself is not frozen, and may be
	// "24:00". A To before From is on the next day; Days, First and Last then refer to
	// the day of From. Both empty mean the whole day.
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
	// First and Last are days, "2026-12-20", both frozen. Both empty mean any day.
	First string `json:"first,omitempty"`
	Last  string `json:"last,omitempty"`
	// Reason says why, for people. It is not part of the plan's digest.
	Reason string `json:"reason,omitempty"`
}

// Zones holds the time zones that a plan's freezes name. The caller chooses their source,
// so the answer depends on the machine only if the caller wants it: [time.LoadLocation]
// reads those of the system, or of package time/tzdata.
type Zones map[string]*time.Location

// weekdays are the names of days in Freeze.Days, Sunday first as in package time.
var weekdays = [...]string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}

// Frozen returns a freeze that holds at now, and the moment at which to look again: until
// then it holds without a break. Of several it returns the one that holds longest. ok is
// false when no freeze holds. A zone that is missing in zones is an error.
func (p Plan) Frozen(zones Zones, now time.Time) (freeze Freeze, again time.Time, ok bool, err error) {
	for i, f := range p.Freezes {
		zone := zones[f.Zone]
		if zone == nil {
			path := (&where{up: &where{name: "freezes"}, index: i}).child("zone")
			return Freeze{}, time.Time{}, false, field.NotFound(path, f.Zone)
		}
		if at, holds := f.holds(now.In(zone)); holds && at.After(again) {
			freeze, again, ok = f, at, true
		}
	}
	return freeze, again, ok, nil
}

// holds reports whether the freeze holds at a time in its own zone, and when to look again.
func (f *Freeze) holds(local time.Time) (again time.Time, ok bool) {
	from, to := 0, 24*60
	if f.From != "" || f.To != "" {
		from, _ = minutes(f.From)
		to, _ = minutes(f.To)
	}
	minute := local.Hour()*60 + local.Minute()
	if from <= to {
		return reads(local, to-minute), from <= minute && minute < to && f.on(local, 0)
	}
	if minute >= from && f.on(local, 0) {
		return reads(local, 24*60+to-minute), true
	}
	return reads(local, to-minute), minute < to && f.on(local, -1)
}

// on reports whether the freeze covers the day that is days after that of local.
func (f *Freeze) on(local time.Time, days int) bool {
	year, month, day := local.Date()
	date := time.Date(year, month, day+days, 0, 0, 0, 0, time.UTC) // a calendar date, not a clock
	if len(f.Days) > 0 && !slices.Contains(f.Days, weekdays[date.Weekday()]) {
		return false
	}
	text := date.Format(time.DateOnly)
	return (f.First == "" || f.First <= text) && (f.Last == "" || text <= f.Last)
}

// reads returns the moment at which the clock of local's zone shows so many minutes more.
// If the clock is put forward or back before, it returns that moment, at which to read
// again.
func reads(local time.Time, minutes int) time.Time {
	at := local.Truncate(time.Minute).Add(time.Duration(minutes) * time.Minute)
	if _, change := local.ZoneBounds(); !change.IsZero() && change.Before(at) {
		return change
	}
	return at
}

// minutes returns the minute of the day that text names, "00:00" to "24:00".
func minutes(text string) (minute int, ok bool) {
	if text == "24:00" {
		return 24 * 60, true
	}
	t, err := time.Parse("15:04", text)
	return t.Hour()*60 + t.Minute(), err == nil && len(text) == len("15:04")
}

func (p *Plan) validateFreezes() field.ErrorList {
	var errs field.ErrorList
	all := where{name: "freezes"}
	for i := range p.Freezes {
		f, at := &p.Freezes[i], where{up: &all, index: i}
		switch {
		case f.Zone == "":
			errs = append(errs, field.Required(at.child("zone"),
				"must be an IANA time zone, such as Europe/Berlin or UTC"))
		case f.Zone == "Local":
			errs = append(errs, field.Invalid(at.child("zone"), f.Zone, "must not depend on the machine"))
		case len(f.Zone) > maxName:
			errs = append(errs, field.TooLong(at.child("zone"), f.Zone, maxName))
		}
		days := where{up: &at, name: "days"}
		for j, day := range f.Days {
			if !slices.Contains(weekdays[:], day) {
				errs = append(errs, field.NotSupported(days.path().Index(j), day, weekdays[:]))
			} else if slices.Contains(f.Days[:j], day) {
				errs = append(errs, field.Duplicate(days.path().Index(j), day))
			}
		}
		errs = append(errs, f.validateTimes(&at)...)
		if len(f.Days) == 0 && f.From == "" && f.To == "" && f.First == "" && f.Last == "" {
			errs = append(errs, field.Invalid(at.path(), "",
				"must have days, from and to, or first and last: without them no release ever goes on").WithOrigin("always"))
		}
	}
	return errs
}

func (f *Freeze) validateTimes(at *where) field.ErrorList {
	var errs field.ErrorList
	pair := func(a, b, aText, bText, must string, good func(string) bool) (both bool) {
		found := len(errs)
		for _, side := range [...]struct{ name, text, other string }{{a, aText, bText}, {b, bText, aText}} {
			switch {
			case side.text == "" && side.other != "":
				errs = append(errs, field.Required(at.child(side.name), must))
			case side.text != "" && !good(side.text):
				errs = append(errs, field.Invalid(at.child(side.name), side.text, must))
			}
		}
		return aText != "" && bText != "" && len(errs) == found
	}
	isTime := func(s string) bool { _, ok := minutes(s); return ok }
	if pair("from", "to", f.From, f.To, `must be a time of the day, "00:00" to "24:00"`, isTime) {
		if f.From == "24:00" {
			errs = append(errs, field.Invalid(at.child("from"), f.From,
				`must be before "24:00": write "00:00" of the next day`))
		} else if f.From == f.To {
			errs = append(errs, field.Invalid(at.child("to"), f.To,
				"must not be from: leave both out for the whole day"))
		}
	}
	isDay := func(s string) bool { _, err := time.Parse(time.DateOnly, s); return err == nil }
	if pair("first", "last", f.First, f.Last, `must be a day, such as "2026-12-20"`, isDay) && f.Last < f.First {
		errs = append(errs, field.Invalid(at.child("last"), f.Last, "must not be before first, "+f.First))
	}
	return errs
}

// String returns the freeze in words: "Sat, Sun 18:00 to 24:00 Europe/Berlin".
func (f Freeze) String() string {
	var parts []string
	if len(f.Days) > 0 {
		parts = append(parts, strings.Join(f.Days, ", "))
	}
	if f.From != "" {
		parts = append(parts, f.From+" to "+f.To)
	}
	if f.First != "" {
		parts = append(parts, f.First+" to "+f.Last)
	}
	text := strings.Join(append(parts, f.Zone), " ")
	if f.Reason != "" {
		text += fmt.Sprintf(" (%s)", f.Reason)
	}
	return text
}
