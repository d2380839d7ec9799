package manifest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
)

func TestCopiedItems(t *testing.T) {
	text := vs(`  - name: in-v1 # the old one
    match:
    # asks for the source
    - sourceLabels:
        version: "v1"
      headers: {X-Lane: {exact: v1}}
    route:
    - destination: {host: a, subset: v1}

  - name: rest
    match: [{uri: {prefix: /a}}, {uri: {prefix: /b}}] # both
    route:
    - destination: {host: a}
`)
	value := func(path, text string) manifest.CopiedValue { return manifest.CopiedValue{Path: path, Text: text} }
	for name, test := range map[string]struct {
		changes  []manifest.Change
		old, now string
	}{
		"a route": {[]manifest.Change{manifest.CopyItem{Object: mockRoute, Path: "spec.http[0]",
			Values: []manifest.CopiedValue{
				value("name", "in-v2"), value("match[0].sourceLabels.version", "v2"),
				value("match[0].headers[X-Lane].exact", "v2"), value("route[0].destination.subset", "v2"),
			}}}, "subset: v1}\n", `subset: v1}
  - name: in-v2
    match:
    - sourceLabels:
        version: "v2"
      headers: {X-Lane: {exact: v2}}
    route:
    - destination: {host: a, subset: v2}
`},
		"a match in brackets": {[]manifest.Change{manifest.CopyItem{Object: mockRoute, Path: "spec.http[1].match[0]",
			Values: []manifest.CopiedValue{value("uri.prefix", "/c")}}},
			"{uri: {prefix: /a}},", "{uri: {prefix: /a}}, {uri: {prefix: /c}},"},
		"a text that looks like a number": {
			[]manifest.Change{manifest.CopyItem{Object: mockRoute, Path: "spec.http[1].match[1]",
				Values: []manifest.CopiedValue{value("uri.prefix", "2024")}}},
			"{uri: {prefix: /b}}]", `{uri: {prefix: /b}}, {uri: {prefix: "2024"}}]`},
		"one behind the other": {[]manifest.Change{
			manifest.CopyItem{Object: mockRoute, Path: "spec.http[1].match[1]",
				Values: []manifest.CopiedValue{value("uri.prefix", "/d")}},
			manifest.CopyItem{Object: mockRoute, Path: "spec.http[1].match[0]",
				Values: []manifest.CopiedValue{value("uri.prefix", "/c")}},
		}, "{uri: {prefix: /a}}, {uri: {prefix: /b}}]",
			"{uri: {prefix: /a}}, {uri: {prefix: /c}}, {uri: {prefix: /b}}, {uri: {prefix: /d}}]"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, ending := range []string{"\n", "\r\n"} {
				lines := func(s string) string { return strings.ReplaceAll(s, "\n", ending) }
				edit, err := setOf(t, lines(text)).Edit(test.changes...)
				require.NoError(t, err)
				require.Contains(t, text, test.old)
				require.Equal(t, lines(strings.Replace(text, test.old, test.now, 1)), string(edit.Files[0].After))
			}
		})
	}
}

func TestCopiedItemsAreRefused(t *testing.T) {
	set := setOf(t,
		vs("  - &one\n    name: one\n    route: &dest\n    - destination: {host: a}\n  - name: two\n    timeout: |\n"+
			"      1s\n    route: *dest\n  - name: three\n    route: [{destination: {host: a}}]\n"))
	for name, test := range map[string]struct {
		change manifest.CopyItem
		kind   error
	}{
		"no object": {manifest.CopyItem{Object: manifest.Ref{Kind: "Service", Namespace: "a", Name: "b"},
			Path: "spec.ports[0]"}, manifest.ErrNotFound},
		"no item": {manifest.CopyItem{Object: mockRoute, Path: "spec.http[7]"}, manifest.ErrNotFound},
		"no list": {manifest.CopyItem{Object: mockRoute, Path: "spec.hosts"}, manifest.ErrNotFound},
		"no value": {manifest.CopyItem{Object: mockRoute, Path: "spec.http[2]",
			Values: []manifest.CopiedValue{{Path: "match[0].uri", Text: "x"}}}, manifest.ErrNotFound},
		"a value of several": {manifest.CopyItem{Object: mockRoute, Path: "spec.http[2]",
			Values: []manifest.CopiedValue{{Path: "route", Text: "x"}}}, manifest.ErrNotFound},
		"a value of lines": {manifest.CopyItem{Object: mockRoute, Path: "spec.http[2]",
			Values: []manifest.CopiedValue{{Path: "name", Text: "a\nb"}}}, manifest.ErrValue},
		"a template": {manifest.CopyItem{Object: mockRoute, Path: "spec.http[2]",
			Values: []manifest.CopiedValue{{Path: "name", Text: "{{.x}}"}}}, manifest.ErrValue},
		"an anchor": {manifest.CopyItem{Object: mockRoute, Path: "spec.http[0]",
			Values: []manifest.CopiedValue{{Path: "name", Text: "x"}}}, manifest.ErrAnchor},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := set.Edit(test.change)
			require.ErrorIs(t, err, test.kind)
		})
	}
}
