// A client for Outrigger in Go: calls, events, methods of its own, hooks. One file to copy, with
// nothing but the standard library; it also holds the little of the WebSocket protocol that it needs.
// The wire of calls is described in lib/extensions/PROTOCOL.md.
package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Credentials say where to connect and as whom.
type Credentials struct {
	Port        json.Number `json:"nlPort"`
	Token       string      `json:"nlToken"`
	ExtensionID string      `json:"nlExtensionId"`
}

// FromHost reads what the host gives an extension: in its arguments, or on its stdin.
func FromHost() (at Credentials, err error) {
	for _, word := range os.Args[1:] {
		name, value, _ := strings.Cut(word, "=")
		switch name {
		case "--nl-port":
			at.Port = json.Number(value)
		case "--nl-token":
			at.Token = value
		case "--nl-extension-id":
			at.ExtensionID = value
		}
	}
	if at.Port == "" {
		err = json.NewDecoder(os.Stdin).Decode(&at)
	}
	return at, err
}

// FromAuthInfo reads what a backend connects with; set ExtensionID to take an extension's place.
func FromAuthInfo(path string) (at Credentials, err error) {
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &at)
	}
	return at, err
}

// Failure is a call that failed. A method returns one to fail with a code and data of its own.
type Failure struct {
	Code    string          `json:"code"`
	Message string          `json:"message"`
	Data    json.RawMessage `json:"data,omitempty"`
	From    string          `json:"from,omitempty"` // "extension" for an extension's own error
}

func (f *Failure) Error() string { return f.Code + ": " + f.Message }

var errDisconnected = &Failure{Code: "CLIENT_DISCONNECTED", Message: "There is no connection to the host"}

// Call is a call of somebody else to a method of ours. Its Context ends when nobody waits any more.
type Call struct {
	Context context.Context
	Data    json.RawMessage
	Caller  json.RawMessage
	id      string
	client  *Client
}

// Progress tells the caller how far it is.
func (c *Call) Progress(data any) error {
	_, err := c.client.request(c.Context, "extensions.answerProgress", object{"callId": c.id, "data": data})
	return err
}

// Part sends a part of the result, and returns when the caller can take the next.
func (c *Call) Part(data any) error {
	taken, err := c.client.request(c.Context, "extensions.answerPart", object{"callId": c.id, "data": data})
	if err == nil && string(taken) == "false" {
		err = context.Canceled
	}
	return err
}

type object = map[string]any

// Method is what an extension offers: what it returns is the result. Each call has its goroutine.
type Method func(*Call) (any, error)

// Hook is asked before something is done, and objects by returning a reason.
type Hook func(data json.RawMessage) (reason string)

// Stream is told of what comes before the result of a call; both may be nil.
type Stream struct {
	Part, Progress func(data json.RawMessage)
}

type message struct {
	ID    string          `json:"id"`
	Event string          `json:"event"`
	Data  json.RawMessage `json:"data"`
}

// Client is a connection that is made anew when it ends, with all that was registered.
type Client struct {
	Methods map[string]Method
	Hooks   map[string]Hook
	// OnEvent must not wait for an answer of the host: it would wait for itself.
	OnEvent func(event string, data json.RawMessage)

	mutex     sync.Mutex
	socket    *socket
	token     string
	closed    bool
	ready     chan struct{} // closed when a connection stands and all is registered
	lastID    int
	pending   map[string]chan message
	streams   map[string]Stream
	answering map[string]context.CancelFunc
}

// Run connects, and again when the connection ends. It returns when closed, or if the host is gone.
func (c *Client) Run(credentials func() (Credentials, error)) {
	wait, last := 100*time.Millisecond, time.Now()
	for time.Since(last) < 30*time.Second {
		if c.connection(credentials) {
			wait, last = 100*time.Millisecond, time.Now()
		}
		c.mutex.Lock()
		closed := c.closed
		c.mutex.Unlock()
		if closed {
			return
		}
		time.Sleep(wait)
		if wait < 5*time.Second {
			wait *= 2
		}
	}
}

// Close ends the connection for good.
func (c *Client) Close() {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.closed = true
	if c.socket != nil {
		c.socket.close()
	}
}

// Call calls a native method, such as "filesystem.readFile".
func (c *Client) Call(ctx context.Context, method string, data any) (json.RawMessage, error) {
	select {
	case <-c.connected():
		return c.request(ctx, method, data)
	case <-time.After(30 * time.Second):
		return nil, errDisconnected
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// CallExtension calls a method of an extension. When ctx ends, so does the call.
func (c *Client) CallExtension(
	ctx context.Context, extensionID, method string, data any, timeout time.Duration, stream Stream,
) (json.RawMessage, error) {
	c.mutex.Lock()
	c.lastID++
	callID := "call " + strconv.Itoa(c.lastID)
	if c.streams == nil {
		c.streams = map[string]Stream{}
	}
	c.streams[callID] = stream
	c.mutex.Unlock()
	defer func() {
		c.mutex.Lock()
		delete(c.streams, callID)
		c.mutex.Unlock()
	}()
	result, err := c.Call(ctx, "extensions.call", object{
		"extensionId": extensionID, "method": method, "data": data,
		"timeoutMs": timeout.Milliseconds(), "callId": callID,
	})
	if ctx.Err() != nil {
		go c.Call(context.Background(), "extensions.cancel", object{"callId": callID})
	}
	return result, err
}

func (c *Client) connected() chan struct{} {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.ready == nil {
		c.ready = make(chan struct{})
	}
	return c.ready
}

// One connection from its beginning to its end. Whether it stood at all.
func (c *Client) connection(credentials func() (Credentials, error)) bool {
	at, err := credentials()
	_, connectToken, _ := strings.Cut(at.Token, ".") // behind the dot of the access token
	query := url.Values{"connectToken": {connectToken}}
	if at.ExtensionID != "" {
		query.Set("extensionId", at.ExtensionID)
	}
	if err != nil {
		return false
	}
	s, err := dial("127.0.0.1:"+at.Port.String(), "/?"+query.Encode())
	if err != nil {
		return false
	}
	ready := c.connected()
	c.mutex.Lock()
	c.socket, c.token = s, at.Token
	c.pending, c.answering = map[string]chan message{}, map[string]context.CancelFunc{}
	if c.closed {
		s.close()
	}
	c.mutex.Unlock()
	go c.register(ready)
	for {
		text, err := s.read()
		var received message
		if err != nil || json.Unmarshal(text, &received) != nil {
			break
		}
		c.receive(received)
	}
	s.close()
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.socket, c.ready = nil, make(chan struct{})
	for _, cancel := range c.answering {
		cancel()
	}
	for _, answer := range c.pending {
		close(answer)
	}
	return true
}

func (c *Client) register(ready chan struct{}) {
	names := make([]string, 0, len(c.Methods))
	for name := range c.Methods {
		names = append(names, name)
	}
	if len(names) > 0 {
		c.request(context.Background(), "extensions.provide", object{"methods": names})
	}
	for hook := range c.Hooks {
		c.request(context.Background(), "hooks.add", object{"hook": hook})
	}
	close(ready)
}

func (c *Client) request(ctx context.Context, method string, data any) (json.RawMessage, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err() // of a call that has ended: another host has another one of its id
	}
	answer := make(chan message, 1)
	c.mutex.Lock()
	s, token, pending := c.socket, c.token, c.pending
	if s == nil {
		c.mutex.Unlock()
		return nil, errDisconnected
	}
	c.lastID++
	id := strconv.Itoa(c.lastID)
	pending[id] = answer
	c.mutex.Unlock()
	defer func() {
		c.mutex.Lock()
		delete(pending, id)
		c.mutex.Unlock()
	}()
	text, err := json.Marshal(object{"id": id, "method": method, "accessToken": token, "data": data})
	if err != nil {
		return nil, err
	}
	if s.write(opText, text) != nil {
		return nil, errDisconnected
	}
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case received, stands := <-answer:
		if !stands {
			return nil, errDisconnected
		}
		var outcome struct {
			Error       *Failure        `json:"error"`
			ReturnValue json.RawMessage `json:"returnValue"`
		}
		if err := json.Unmarshal(received.Data, &outcome); err != nil {
			return nil, err
		}
		if outcome.Error != nil {
			return nil, outcome.Error
		}
		return outcome.ReturnValue, nil
	}
}

func (c *Client) receive(received message) {
	if received.ID != "" {
		c.mutex.Lock()
		if answer := c.pending[received.ID]; answer != nil {
			answer <- received
			delete(c.pending, received.ID)
		}
		c.mutex.Unlock()
		return
	}
	var about struct {
		CallID, RunID, Method, Hook string
		Data, Caller                json.RawMessage
	}
	_ = json.Unmarshal(received.Data, &about) // events of others may be anything
	c.mutex.Lock()
	stream, cancel := c.streams[about.CallID], c.answering[about.CallID]
	c.mutex.Unlock()
	switch {
	case received.Event == "extensionCall":
		ctx, cancel := context.WithCancel(context.Background())
		c.mutex.Lock()
		c.answering[about.CallID] = cancel
		c.mutex.Unlock()
		go c.answer(&Call{ctx, about.Data, about.Caller, about.CallID, c}, c.Methods[about.Method])
	case received.Event == "extensionCallCancel" && cancel != nil:
		c.mutex.Lock()
		delete(c.answering, about.CallID)
		c.mutex.Unlock()
		cancel()
	case received.Event == "extensionCallPart" && stream.Part != nil:
		stream.Part(about.Data)
	case received.Event == "extensionCallProgress" && stream.Progress != nil:
		stream.Progress(about.Data)
	case received.Event == "hookRun" && c.Hooks[about.Hook] != nil:
		go func() {
			reason := c.Hooks[about.Hook](about.Data)
			answer := object{"runId": about.RunID, "allow": reason == ""}
			if reason != "" {
				answer["reason"] = reason
			}
			c.request(context.Background(), "hooks.answer", answer)
		}()
	}
	if c.OnEvent != nil {
		c.OnEvent(received.Event, received.Data)
	}
}

func (c *Client) answer(call *Call, method Method) {
	result, err := method(call)
	if call.Context.Err() != nil {
		return // nobody waits for it
	}
	c.mutex.Lock()
	if cancel := c.answering[call.id]; cancel != nil {
		defer cancel()
	}
	delete(c.answering, call.id)
	c.mutex.Unlock()
	text, odd := json.Marshal(result)
	if err == nil {
		err = odd // what is no JSON cannot be said
	}
	answer := object{"callId": call.id, "result": json.RawMessage(text)}
	var failure *Failure
	if errors.As(err, &failure) {
		answer["error"] = failure
	} else if err != nil {
		answer["error"] = Failure{Code: "ERROR", Message: err.Error()}
	}
	c.request(context.Background(), "extensions.answer", answer)
}

// The WebSocket: as much of RFC 6455 as a client of one host needs.

const (
	opText  = 1
	opClose = 8
	opPing  = 9
	opPong  = 10
	// The largest message that is taken, bytes.
	maxMessage = 64 << 20
)

type socket struct {
	conn    net.Conn
	reader  *bufio.Reader
	writing sync.Mutex
}

func dial(address, target string) (*socket, error) {
	conn, err := net.DialTimeout("tcp", address, 10*time.Second)
	if err != nil {
		return nil, err
	}
	key := make([]byte, 16)
	rand.Read(key)
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n\r\n",
		target, address, base64.StdEncoding.EncodeToString(key))
	s := &socket{conn: conn, reader: bufio.NewReader(conn)}
	response, err := http.ReadResponse(s.reader, nil)
	if err == nil && response.StatusCode != http.StatusSwitchingProtocols {
		err = errors.New("the host refuses the connection: " + response.Status)
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return s, nil
}

// Frames of a client are masked (section 5.3).
func (s *socket) write(opcode byte, payload []byte) error {
	frame := make([]byte, 2, len(payload)+14)
	frame[0] = 0x80 | opcode
	switch n := len(payload); {
	case n < 126:
		frame[1] = 0x80 | byte(n)
	case n < 1<<16:
		frame[1] = 0x80 | 126
		frame = binary.BigEndian.AppendUint16(frame, uint16(n))
	default:
		frame[1] = 0x80 | 127
		frame = binary.BigEndian.AppendUint64(frame, uint64(n))
	}
	var mask [4]byte
	rand.Read(mask[:])
	frame = append(frame, mask[:]...)
	for i, b := range payload {
		frame = append(frame, b^mask[i%4])
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	_, err := s.conn.Write(frame)
	return err
}

// The next message; pings are answered meanwhile.
func (s *socket) read() ([]byte, error) {
	var whole []byte
	for {
		head := make([]byte, 2)
		if _, err := io.ReadFull(s.reader, head); err != nil {
			return nil, err
		}
		size := uint64(head[1] & 0x7f)
		if extended := map[uint64]int{126: 2, 127: 8}[size]; extended > 0 {
			long := make([]byte, 8)
			if _, err := io.ReadFull(s.reader, long[8-extended:]); err != nil {
				return nil, err
			}
			size = binary.BigEndian.Uint64(long)
		}
		if size > maxMessage-uint64(len(whole)) {
			return nil, errors.New("the message is too large")
		}
		payload := make([]byte, size)
		if _, err := io.ReadFull(s.reader, payload); err != nil {
			return nil, err
		}
		switch opcode := head[0] & 0x0f; {
		case opcode == opClose:
			s.write(opClose, payload)
			return nil, io.EOF
		case opcode == opPing:
			if err := s.write(opPong, payload); err != nil {
				return nil, err
			}
		case opcode < opClose:
			whole = append(whole, payload...)
			if head[0]&0x80 != 0 {
				return whole, nil
			}
		}
	}
}

func (s *socket) close() {
	s.conn.SetWriteDeadline(time.Now().Add(time.Second))
	s.write(opClose, []byte{0x03, 0xe8}) // 1000
	s.conn.Close()
}
