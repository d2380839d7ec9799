// Package report writes findings in the forms that people, pipelines and other programs
// read: text, JSON, SARIF 2.1.0, the annotations of GitHub's workflows, and the results
// of KRM functions. Package validate decides what is found, and its severity.
package report
