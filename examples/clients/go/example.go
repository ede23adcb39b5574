// An example of everything that client.go does: what the tests call.
//
//	go build -o client client.go example.go
//
// As an extension, the host starts it: {"id": "org.example.go", "command": "${NL_PATH}/client"}
// As a backend:
//
//	./client --auth-info=.tmp/auth_info.json extensions.call '{"extensionId": ...}'
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

func offer(c *Client) {
	background := context.Background()
	c.Methods = map[string]Method{
		"echo": func(call *Call) (any, error) { return call.Data, nil },
		"who":  func(call *Call) (any, error) { return call.Caller, nil },
		"add": func(call *Call) (any, error) {
			var data struct{ A, B int64 }
			err := json.Unmarshal(call.Data, &data)
			return data.A + data.B, err
		},
		"fail": func(call *Call) (any, error) {
			return nil, &Failure{Code: "NO_PAPER", Message: "no paper", Data: []byte(`{"tray":2}`)}
		},
		"odd": func(call *Call) (any, error) { return make(chan int), nil }, // which is no JSON
		"delay": func(call *Call) (any, error) {
			var data struct {
				Ms    time.Duration
				Value json.RawMessage
			}
			err := json.Unmarshal(call.Data, &data)
			time.Sleep(data.Ms * time.Millisecond)
			return data.Value, err
		},
		"count": func(call *Call) (any, error) {
			var data struct{ N, Size int }
			err := json.Unmarshal(call.Data, &data)
			for i := 0; i < data.N && err == nil; i++ {
				err = call.Part(object{"i": i, "text": strings.Repeat("x", data.Size)})
			}
			return "counted", err
		},
		"progress": func(call *Call) (any, error) {
			var n int
			err := json.Unmarshal(call.Data, &n)
			for i := 0; i < n && err == nil; i++ {
				err = call.Progress(i)
			}
			return "done", err
		},
		"slow": func(call *Call) (any, error) {
			call.Progress("waiting")
			<-call.Context.Done()
			return c.Call(background, "app.broadcast", object{"event": "slowCancelled", "data": call.Data})
		},
		"native": func(call *Call) (any, error) {
			var data struct {
				Method string
				Data   json.RawMessage
			}
			if err := json.Unmarshal(call.Data, &data); err != nil {
				return nil, err
			}
			return c.Call(call.Context, data.Method, data.Data)
		},
		"ask": func(call *Call) (any, error) { return ask(c, call) },
	}
	c.Hooks = map[string]Hook{"close": func(data json.RawMessage) string {
		if string(data) == `"unsaved"` {
			return "unsaved changes"
		}
		return ""
	}}
	c.OnEvent = func(event string, data json.RawMessage) {
		switch event {
		case "ping":
			go c.Call(background, "app.broadcast", object{"event": "pong", "data": data})
		case "windowClose":
			// The host is about to end, or to end us: then there is nothing to connect to again.
			c.Close()
		}
	}
}

// ask calls another extension, and returns everything that it heard of it.
func ask(c *Client, call *Call) (any, error) {
	var data struct {
		ExtensionID, Method      string
		Data                     json.RawMessage
		TimeoutMs, CancelAfterMs time.Duration
	}
	data.TimeoutMs = 30_000
	if err := json.Unmarshal(call.Data, &data); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(call.Context)
	defer cancel()
	if data.CancelAfterMs > 0 {
		time.AfterFunc(data.CancelAfterMs*time.Millisecond, cancel)
	}
	parts, progress := []json.RawMessage{}, []json.RawMessage{}
	result, err := c.CallExtension(ctx, data.ExtensionID, data.Method, data.Data,
		data.TimeoutMs*time.Millisecond, Stream{
			Part:     func(data json.RawMessage) { parts = append(parts, data) },
			Progress: func(data json.RawMessage) { progress = append(progress, data) },
		})
	heard := object{"parts": parts, "progress": progress}
	var failure *Failure
	switch {
	case errors.As(err, &failure):
		heard["error"] = object{"code": failure.Code, "message": failure.Message,
			"data": failure.Data, "fromExtension": failure.From == "extension"}
	case err != nil:
		heard["error"] = object{"code": "cancelled"}
	default:
		heard["result"] = result
	}
	return heard, nil
}

func main() {
	client := &Client{}
	if len(os.Args) > 2 && strings.HasPrefix(os.Args[1], "--auth-info=") {
		path := strings.TrimPrefix(os.Args[1], "--auth-info=")
		go client.Run(func() (Credentials, error) { return FromAuthInfo(path) })
		data := json.RawMessage("null")
		if len(os.Args) > 3 {
			data = json.RawMessage(os.Args[3])
		}
		result, err := client.Call(context.Background(), os.Args[2], data)
		client.Close()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(string(result))
		return
	}
	at, err := FromHost()
	if err != nil {
		fmt.Fprintln(os.Stderr, "The host starts this program:", err)
		os.Exit(1)
	}
	offer(client)
	client.Run(func() (Credentials, error) { return at, nil })
}
