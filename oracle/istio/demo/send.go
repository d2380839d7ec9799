package main

import (
	"context"
	"regexp"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/swimlane-go/swimlane/oracle/istio/mesh"
)

// The requests go to the gateway, like those of the app's users.
const (
	target  = "shop.example.com"
	path    = "/mock"
	senders = 8
)

// send sends rate requests a second until the context ends.
func send(ctx context.Context, conn *grpc.ClientConn, rate int, counted *store) {
	pace := time.NewTicker(time.Second / time.Duration(rate))
	defer pace.Stop()
	var running sync.WaitGroup
	for range senders {
		running.Go(func() {
			for {
				select {
				case <-ctx.Done():
					return
				case <-pace.C:
				}
				met, err := mesh.Call(context.WithoutCancel(ctx), conn, path)
				counted.add(time.Now(), laneOf(met, err), codeOf(err))
			}
		})
	}
	running.Wait()
}

// entered matches the lane in which a request entered the app. It is "mocka@v3 -> …" in answers and
// in errors of the app, and "outbound|8000|v3|…" in errors of the gateway.
var entered = regexp.MustCompile(`mocka@([^: ]+)|outbound\|\d+\|([^|]+)\|`)

// laneOf returns the lane of a request, by its answer or its error.
func laneOf(met string, err error) string {
	if err != nil {
		met = err.Error()
	}
	found := entered.FindStringSubmatch(met)
	if found == nil {
		return "unknown"
	}
	return found[1] + found[2]
}

// codeOf returns the status that an HTTP gateway would count.
func codeOf(err error) string {
	switch status.Code(err) {
	case codes.OK:
		return "200"
	case codes.Internal:
		return "500"
	}
	return "503"
}
