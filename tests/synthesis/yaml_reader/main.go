// Reads YAML documents as Kubernetes does. For each JSON string on stdin it prints one line:
// {"value": what the document means, "error": why it was refused}.
package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"

	"sigs.k8s.io/yaml"
)

type answer struct {
	Value json.RawMessage `json:"value"`
	Error string          `json:"error"`
}

func main() {
	documents := json.NewDecoder(os.Stdin)
	answers := json.NewEncoder(os.Stdout)
	for {
		var document string
		if err := documents.Decode(&document); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			panic(err)
		}
		value, err := yaml.YAMLToJSONStrict([]byte(document))
		reply := answer{Value: value}
		if err != nil {
			reply = answer{Value: json.RawMessage("null"), Error: err.Error()}
		}
		if err := answers.Encode(reply); err != nil {
			panic(err)
		}
	}
}
