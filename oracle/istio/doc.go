// Package istio holds the library's claims about Istio against Istio itself: its
// validation and analyzers, istiod in process, and gRPC's xDS client as a data
// plane on loopback sockets. It has tests only, in a module of its own because
// Istio brings some six hundred packages; nothing imports it. Package mesh beside it
// is what they run.
//
//	.ci/oracle istio                                                # what CI runs
//	go -C oracle/istio test -run TestIstiodRoutes -args -apps=2000  # looks longer
//
// The first build takes minutes, with a warm build cache seconds.
//
// Package validation beside it runs the tests of Istio's validation and analyzers with
// a recorder, and holds the checks of package validate against what they say: of the
// objects that Istio's validation or its CRDs refuse, of ten thousand mutants of good
// ones, and of what its analyzers expect. No object of Istio's is committed.
//
// Two things stand in for others. No Envoy runs: the gateway is a gRPC client
// that is given the very routes, clusters and endpoints that istiod makes for an
// Envoy gateway, so retries, timeouts and mirroring are not seen. And grpc-go
// adds no request headers, so where a route asks for them, tests hold that it
// does and the harness adds them on the way.
package istio
