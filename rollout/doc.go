// Package rollout is the release decision as a pure state machine: what the weights of
// the lanes are now, and what may happen next.
//
// A [Plan] is immutable data: the candidate lane, the weights before the release, the
// stages, and the weights to roll back to. A [State] is a small JSON value that says
// where one release of that plan is. [Plan.Apply] takes a state and an [Event] and
// returns the next state, or the zero State and an error. Nothing here reads a clock,
// does I/O or knows Kubernetes.
//
//	event      prepared       stage i < n           stage n         paused                finished     rolled back
//	start      → stage 1      ErrStarted            ErrStarted      ErrStarted            ErrFinished  ErrRolledBack
//	promote    ErrNotStarted  → stage i+1           ErrLastStage    ErrPaused             ErrFinished  ErrRolledBack
//	step back  ErrNotStarted  → i-1; ErrFirstStage  → stage n-1     ErrPaused             ErrFinished  ErrRolledBack
//	pause      ErrNotStarted  → paused              → paused        ErrPaused             ErrFinished  ErrRolledBack
//	resume     ErrNotPaused   ErrNotPaused          ErrNotPaused    → the stage it was at ErrFinished  ErrRolledBack
//	roll back  → rolled back  → rolled back         → rolled back   → rolled back         ErrFinished  unchanged
//	finish     ErrNotStarted  ErrNotLastStage       → finished      ErrPaused             ErrFinished  ErrRolledBack
//
// Stages are numbered 1..n; 0 is before the first. In a plan of one stage, step back is
// refused with ErrFirstStage. Reaching the last stage is not the end: until finish, roll
// back is allowed.
//
// # The caller's duties
//
//  1. Persist the state that Apply returned before acting on it. A crash
//     between the two is then repaired by acting again on the persisted state.
//  2. Have one writer. The revision finds a second writer only where the store
//     refuses a write that is based on an older state (a Git push, a
//     resourceVersion).
//  3. Name the revision that was seen when the decision was made. Naming the
//     revision of a state that was read later defeats [ErrStale].
//  4. Keep the plan as it was when the release was prepared. A changed plan has
//     another digest and refuses the state ([ErrForeign]).
//  5. Read the weights from [Plan.Weights], never from live objects: what is
//     live may be late or edited.
//  6. Check a stage's criteria before asking to enter it. The machine does not
//     read them.
package rollout
