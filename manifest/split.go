package manifest

import "bytes"

// document is one document of a YAML stream.
type document struct {
	// text is the document without its marker lines; line is where it begins,
	// from 1.
	text []byte
	line int
}

// split cuts a YAML stream at its "---" and "..." lines. A line that begins so
// is a marker wherever it stands: YAML allows it inside no scalar.
func split(data []byte) []document {
	var docs []document
	start, startLine, line := 0, 1, 0
	for pos := 0; pos < len(data); {
		end := len(data)
		if i := bytes.IndexByte(data[pos:], '\n'); i >= 0 {
			end = pos + i + 1
		}
		line++
		if rest, marker := cutMarker(data[pos:end]); marker {
			docs = append(docs, document{data[start:pos], startLine})
			start, startLine = end, line+1
			if len(bytes.TrimSpace(rest)) > 0 { // content on the marker's own line
				start, startLine = pos+len("---"), line
			}
		}
		pos = end
	}
	return append(docs, document{data[start:], startLine})
}

// cutMarker returns what follows a document marker at the start of a line.
func cutMarker(line []byte) (rest []byte, marker bool) {
	rest, marker = bytes.CutPrefix(line, []byte("---"))
	if !marker {
		rest, marker = bytes.CutPrefix(line, []byte("..."))
	}
	if marker && len(rest) > 0 && bytes.IndexByte([]byte(" \t\r\n"), rest[0]) < 0 {
		return nil, false
	}
	if i := bytes.IndexByte(rest, '#'); i > 0 {
		rest = rest[:i]
	}
	return rest, marker
}
