// Package report writes findings in the forms that people, pipelines and other programs
// read: text, JSON, SARIF 2.1.0, the annotations of GitHub's workflows, and the results of
// KRM functions. It decides nothing: what is found, and how bad it is, is package
// validate's to say.
package report
