// Package istio compares what the library says about Istio with Istio itself: its validation and
// analyzers, istiod in process, and gRPC's xDS client as a data plane on loopback sockets. It has
// only tests. It is a separate module, since Istio has some six hundred packages. Package mesh runs
// istiod and the data plane.
//
//	.ci/oracle istio                                                # what CI runs
//	go -C oracle/istio test -run TestIstiodRoutes -args -apps=2000  # looks longer
//
// The first build takes minutes; with a warm build cache it takes seconds.
//
// Package validation runs the tests of Istio's validation and analyzers with a recorder, and
// compares the checks of package validate with them. It uses the objects that Istio's validation or
// its CRDs refuse, ten thousand mutants of good ones, and the expectations of Istio's analyzers.
// The repository contains no object of Istio's.
//
// Two things are replaced. No Envoy runs: the gateway is a gRPC client, with the routes, clusters
// and endpoints that istiod makes for an Envoy gateway. Requests do not show retries, timeouts and
// mirroring. And grpc-go adds no request headers: where a route adds some, tests check that it
// does, and the harness adds them on the way.
package istio
