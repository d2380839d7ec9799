// Package trial makes releases of the mock app to try a controller with: their objects, in each
// of the forms in which a cluster holds lanes, and numbers about them. Tests alone use it.
package trial
