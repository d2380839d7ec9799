// Package hook is a source of facts: a URL that confirms, like Flagger's hooks.
package hook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"

	"github.com/swimlane-go/swimlane/examples/controller/source"
	"github.com/swimlane-go/swimlane/rollout"
)

// Source posts the state of the release to a URL. HTTP 200 means yes and gives the candidate a
// value of 1, for a check with a floor of 1.
type Source struct {
	// Client sends the requests. Its Timeout limits them.
	Client *http.Client
	// URL is the URL of the hook. It may contain a secret.
	URL string
}

// Body is the body of the request, as JSON.
type Body struct {
	// Name and Namespace are the plan's.
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	// Metric is the name of the metric of the hook.
	Metric string `json:"metric"`
	// PlanDigest, Revision, Phase and Stage are the state's.
	PlanDigest string        `json:"planDigest"`
	Revision   int64         `json:"revision"`
	Phase      rollout.Phase `json:"phase"`
	Stage      int           `json:"stage"`
}

// Observe implements [source.Source]. An answer of 5xx, or none in time, is an observation with
// Err. 404 is [source.ErrUnknown]. Any other answer but 200 is an observation without data: it
// means to wait.
func (s Source) Observe(ctx context.Context, q source.Query) ([]rollout.Observation, error) {
	data, err := json.Marshal(Body{
		Name: q.Config.Name, Namespace: q.Namespace, Metric: q.Metric.Name,
		PlanDigest: q.State.PlanDigest, Revision: q.State.Revision, Phase: q.State.Phase, Stage: q.State.Stage,
	})
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL, bytes.NewReader(data))
	if err != nil {
		return nil, errors.New("the URL of the hook cannot be read") // the URL may contain a secret
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := s.Client.Do(request)
	var failed *url.Error
	var slow net.Error
	switch {
	case errors.As(err, &slow) && slow.Timeout():
		return q.Same(rollout.Observation{Err: "timeout"}), nil
	case errors.As(err, &failed):
		return q.Same(rollout.Observation{Err: fmt.Sprintf("%.200s", failed.Err)}), nil
	case err != nil:
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	_, _ = io.CopyN(io.Discard, answer.Body, 64<<10) // lets the client reuse the connection
	said := fmt.Sprintf("HTTP %d", answer.StatusCode)
	switch code := answer.StatusCode; {
	case code == http.StatusOK:
		return q.Verdict(true), nil
	case code == http.StatusNotFound:
		return nil, fmt.Errorf("%w: there is no such hook: %s", source.ErrUnknown, said)
	case code >= 500:
		return q.Same(rollout.Observation{Err: said}), nil
	}
	return q.Same(rollout.Observation{NoData: "not confirmed: " + said}), nil
}
