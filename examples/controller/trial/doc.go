// Package trial makes releases of the mock app for tests of a controller. It makes their objects,
// in each of the forms in which a cluster holds lanes, and measurements.
package trial
