package corpus

import (
	"encoding/json"
	"os"
	"path/filepath"
)

// Case is one case of the tests of Istio's analyzers.
type Case struct {
	Name string `json:"name"`
	// Files are paths below the analyzers' directory.
	Files    []string      `json:"files"`
	Expected []Expectation `json:"expected"`
}

// Expectation is a message that an analyzer reports for an object. Object is "Kind namespace/name".
type Expectation struct {
	Code   string `json:"code"`
	Object string `json:"object"`
}

const casesFile = "cases.txt"

// RecordCases writes cases to the directory that [Dir] names.
func RecordCases(cases []Case) {
	data, err := json.Marshal(cases)
	if err == nil {
		err = os.WriteFile(filepath.Join(os.Getenv(Dir), casesFile), data, 0o600)
	}
	if err != nil {
		panic(err)
	}
}

// ReadCases returns the cases in a directory.
func ReadCases(dir string) ([]Case, error) {
	data, err := os.ReadFile(filepath.Join(dir, casesFile))
	if err != nil {
		return nil, err
	}
	var out []Case
	return out, json.Unmarshal(data, &out)
}
