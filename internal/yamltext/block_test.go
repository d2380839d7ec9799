package yamltext_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// blocked returns a text as a literal block in another document, and the text around it.
func blocked(text, indent, header, end, after string) string {
	var b strings.Builder
	b.WriteString("# outer" + end + "a:" + end + "- b: 1" + end + "  text: " + header + end)
	for line := range strings.Lines(text) {
		if strings.TrimRight(line, "\r\n") != "" {
			b.WriteString(indent)
		}
		b.WriteString(line)
	}
	return b.String() + after
}

// blockOf returns the document in the block.
func blockOf(t require.TestingT, text string) *yamltext.Document {
	docs := yamltext.Split("a.yaml", []byte(text), 10)
	require.Len(t, docs, 1)
	require.NoError(t, docs[0].Parse())
	item := yamltext.Child(docs[0].Root(), "a").Content[0]
	doc := docs[0].Block(yamltext.Child(item, "text"))
	if doc != nil {
		require.NoError(t, doc.Parse())
		require.Equal(t, docs[0], doc.Outermost())
	}
	return doc
}

// An edit of a document in a block is the edit of the document alone, indented.
func TestBlockIsEditedAsItsTextIs(t *testing.T) {
	texts := []string{
		"list:\n- {n: 1, m: 2} # one\n- {n: 2}\n\n# over\nmap:\n  k: v\n  l: w\n",
		"list: [{n: 1, m: 2},\n  {n: 2}] # one\nmap: {k: v, l: w}\n",
		"# top\nlist:\n  -   n: 1\n\n      m: 2\n  - n: 2 # two\nmap:\n    k: v\n    l: w",
	}
	edits := map[string]func(d *yamltext.Document) (yamltext.Patch, error){
		"number": func(d *yamltext.Document) (yamltext.Patch, error) {
			p, _, err := d.SetNumber(yamltext.Child(d.Root(), "list").Content[0], "n", 100)
			return p, err
		},
		"item": func(d *yamltext.Document) (yamltext.Patch, error) {
			return d.AddItem(yamltext.Child(d.Root(), "list"), yamltext.Copy{Of: 0})
		},
		"gone": func(d *yamltext.Document) (yamltext.Patch, error) {
			return d.RemoveItem(yamltext.Child(d.Root(), "list"), 0)
		},
		"last gone": func(d *yamltext.Document) (yamltext.Patch, error) {
			return d.RemoveItem(yamltext.Child(d.Root(), "list"), 1)
		},
		"key": func(d *yamltext.Document) (yamltext.Patch, error) {
			return d.AddKey(yamltext.Child(d.Root(), "map"), "x", "y")
		},
		"key gone": func(d *yamltext.Document) (yamltext.Patch, error) {
			return d.RemoveKey(yamltext.Child(d.Root(), "map"), "l")
		},
		"map gone":  func(d *yamltext.Document) (yamltext.Patch, error) { return d.RemoveKey(d.Root(), "map") },
		"list gone": func(d *yamltext.Document) (yamltext.Patch, error) { return d.RemoveKey(d.Root(), "list") },
		"text":      func(d *yamltext.Document) (yamltext.Patch, error) { return d.SetText(d.Root(), "more", "x", "y") },
		"first":     func(d *yamltext.Document) (yamltext.Patch, error) { return d.AddFirst(d.Root(), "x", "y") },
		"node": func(d *yamltext.Document) (yamltext.Patch, error) {
			var n yaml.Node
			require.NoError(t, yaml.Unmarshal([]byte("{a: [b, c]}"), &n))
			n.Content[0].Style = 0
			return d.AppendNode(yamltext.Child(d.Root(), "list"), n.Content[0])
		},
		"other": func(d *yamltext.Document) (yamltext.Patch, error) {
			var n yaml.Node
			require.NoError(t, yaml.Unmarshal([]byte("a:\n- b\n"), &n))
			return d.SetNode(d.Root(), 1, n.Content[0])
		},
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom(texts).Draw(t, "text")
		end := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "end")
		indent := strings.Repeat(" ", rapid.IntRange(3, 8).Draw(t, "indent"))
		header := rapid.SampledFrom([]string{"|", "|-", "|+", "|- # why"}).Draw(t, "header")
		after := ""
		if strings.HasSuffix(text, "\n") {
			after = rapid.SampledFrom([]string{"", "  c: d" + end, end + "# end" + end, "- e" + end}).Draw(t, "after")
		}
		text = strings.ReplaceAll(text, "\n", end)
		alone := yamltext.Split("a.yaml", []byte(text), 10)[0]
		require.NoError(t, alone.Parse())
		whole := blocked(text, indent, header, end, after)
		doc := blockOf(t, whole)
		require.NotNil(t, doc, whole)
		for range rapid.IntRange(1, 3).Draw(t, "edits") {
			name := rapid.SampledFrom([]string{"number", "item", "gone", "last gone", "key", "key gone", "map gone",
				"list gone", "text", "first", "node", "other"}).Draw(t, "edit")
			p, err := edits[name](alone)
			require.NoError(t, err)
			q, err := edits[name](doc)
			require.NoError(t, err)
			want, err := yamltext.Apply([]byte(text), []yamltext.Patch{p})
			require.NoError(t, err)
			got, err := yamltext.Apply([]byte(whole), doc.Outward(q))
			require.NoError(t, err)
			require.Equal(t, blocked(string(want), indent, header, end, after), string(got), name)
		}
		for i, n := range yamltext.Subtree(doc.Root()) {
			require.Equal(t, alone.LineOf(yamltext.Subtree(alone.Root())[i])+4, doc.LineOf(n))
		}
	})
}

// Only a literal block with one document can be edited.
func TestBlockIsNone(t *testing.T) {
	for name, text := range map[string]string{
		"folded":         "a:\n- text: >-\n    b: c\n",
		"in quotes":      "a:\n- text: 'b: c'\n",
		"plain":          "a:\n- text: b\n",
		"a list":         "a:\n- text: [b]\n",
		"empty":          "a:\n- text: |\n",
		"two documents":  "a:\n- text: |\n    b: c\n    ---\n    d: e\n",
		"an anchor":      "a:\n- text: &t |\n    b: c\n",
		"a tag":          "a:\n- text: !!str |\n    b: c\n",
		"an indentation": "a:\n- text: |2\n    b: c\n",
		"blanks":         "a:\n- text: |\n\n",
	} {
		require.Nil(t, blockOf(t, text), name)
	}
	alone := yamltext.Split("a.yaml", []byte("a: 1\n"), 1)[0]
	require.NoError(t, alone.Parse())
	require.Equal(t, alone, alone.Outermost())
	require.Equal(t, 3, alone.OutwardAt(3))
	doc := blockOf(t, "a:\n- text: |\n\n    b: 1\n")
	require.Equal(t, len("a:\n- text: |\n\n    b"), doc.OutwardAt(2))
	require.Equal(t, 4, doc.LineOf(doc.Root()))
}

// In a tree with nodes from elsewhere, only the nodes of this text are edited.
func TestNodesThatStandElsewhereAreNotEdited(t *testing.T) {
	doc := yamltext.Split("a.yaml", []byte("# top\na: 1\n"), 1)[0]
	require.NoError(t, doc.Parse())
	here := yamltext.Child(doc.Root(), "a")
	scalar := func(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: s} }
	for _, style := range []yaml.Style{0, yaml.FlowStyle} {
		list := &yaml.Node{Kind: yaml.SequenceNode, Style: style, Content: []*yaml.Node{here, scalar("b")}}
		tree := &yaml.Node{Kind: yaml.MappingNode, Style: style,
			Content: []*yaml.Node{scalar("k"), here, scalar("n"), scalar("2"), scalar("l"), list}}
		require.False(t, yamltext.IsPlaced(tree))
		require.Equal(t, 1, doc.LineOf(tree))
		p, changes, err := doc.SetNumber(tree, "k", 5)
		require.NoError(t, err)
		require.True(t, changes)
		require.Equal(t, "5", p.Text)
		for name, edit := range map[string]func() error{
			"number":     func() error { _, _, err := doc.SetNumber(tree, "n", 5); return err },
			"key":        func() error { _, err := doc.AddKey(tree, "x", "y"); return err },
			"key gone":   func() error { _, err := doc.RemoveKey(tree, "k"); return err },
			"first":      func() error { _, err := doc.AddFirst(tree, "x", "y"); return err },
			"node":       func() error { _, err := doc.AddNode(tree, "x", scalar("y")); return err },
			"last":       func() error { _, err := doc.AppendNode(list, scalar("y")); return err },
			"item":       func() error { _, err := doc.AddItem(list, yamltext.Copy{}); return err },
			"item gone":  func() error { _, err := doc.RemoveItem(list, 0); return err },
			"value":      func() error { _, err := doc.SetNode(tree, 3, scalar("y")); return err },
			"text":       func() error { _, err := doc.SetText(tree, "m", "x", "y"); return err },
			"other text": func() error { _, err := doc.SetText(tree, "n", "x", "y"); return err },
			"keys gone": func() error {
				_, err := doc.RemoveKeys(&yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{scalar("m"), tree}},
					"m", "k")
				return err
			},
		} {
			require.Error(t, edit(), name)
		}
	}
}
