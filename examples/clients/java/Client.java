import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A client for Outrigger in Java 17: calls, events, methods of its own, hooks. One file to copy, with
 * nothing but the JDK. The wire is described in lib/extensions/PROTOCOL.md.
 *
 * <p>JSON values are null, Boolean, Long or Double (BigInteger where a Long is too small), String,
 * List and Map.
 */
final class Client {
  /** Where to connect and as whom; without an id as a backend. */
  record Credentials(String port, String token, String extensionId) {
    /** What the host gives an extension: in its arguments, or on its stdin. */
    static Credentials fromHost(String[] args) throws IOException {
      Map<String, String> given = new LinkedHashMap<>();
      for (String word : args) {
        String[] parts = word.split("=", 2);
        if (parts.length == 2) given.put(parts[0], parts[1]);
      }
      if (given.containsKey("--nl-port")) {
        String id = given.get("--nl-extension-id");
        return new Credentials(given.get("--nl-port"), given.get("--nl-token"), id);
      }
      Map<?, ?> nl = (Map<?, ?>) Json.read(new String(System.in.readAllBytes(), StandardCharsets.UTF_8));
      return new Credentials(nl.get("nlPort") + "", nl.get("nlToken") + "", nl.get("nlExtensionId") + "");
    }

    /** What a backend connects with; with an id, in the place of an extension without a command. */
    static Credentials fromAuthInfo(Path file, String extensionId) {
      try {
        Map<?, ?> nl = (Map<?, ?>) Json.read(Files.readString(file));
        return new Credentials(nl.get("nlPort") + "", nl.get("nlToken") + "", extensionId);
      } catch (IOException error) {
        throw new UncheckedIOException(error);
      }
    }
  }

  /** A call that failed. A method throws one to fail with a code and data of its own. */
  static final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;
    final String code;
    final transient Object data;
    final boolean fromExtension;

    Failure(String code, String message, Object data, boolean fromExtension) {
      super(message);
      this.code = code;
      this.data = data;
      this.fromExtension = fromExtension;
    }

    Failure(String code, String message) {
      this(code, message, null, false);
    }
  }

  /** A call of somebody else to a method of ours. Its thread is interrupted when nobody waits any more. */
  final class Call {
    final Object data;
    final Map<?, ?> caller;
    private final Object id;
    private volatile boolean cancelled;
    private volatile Thread thread;

    private Call(Map<?, ?> about) {
      id = about.get("callId");
      data = about.get("data");
      caller = (Map<?, ?>) about.get("caller");
    }

    /** Tells the caller how far it is. */
    void progress(Object data) throws InterruptedException {
      await(request("extensions.answerProgress", map("callId", id, "data", data)));
    }

    /** Sends a part of the result, and returns when the caller can take the next. */
    void part(Object data) throws InterruptedException {
      Object taken = await(request("extensions.answerPart", map("callId", id, "data", data)));
      if (taken.equals(false)) throw new InterruptedException("nobody waits for it");
    }

    private synchronized void cancel() {
      cancelled = true;
      if (thread != null) thread.interrupt();
    }

    private synchronized void ends() {
      thread = null;
      Thread.interrupted();
    }
  }

  /** What an extension offers: what it returns is the result. Each call has a thread. */
  interface Method {
    Object call(Call call) throws Exception;
  }

  /** What comes before the result of a call. */
  record Stream(Consumer<Object> onPart, Consumer<Object> onProgress) {
    static final Stream NONE = new Stream(data -> {}, data -> {});
  }

  private final Supplier<Credentials> credentials;
  private final Map<String, Method> methods = new ConcurrentHashMap<>();
  private final Map<String, Function<Object, String>> hooks = new ConcurrentHashMap<>();
  private final Map<String, List<Consumer<Object>>> listeners = new ConcurrentHashMap<>();
  private final Map<Object, CompletableFuture<Object>> pending = new ConcurrentHashMap<>();
  private final Map<Object, Stream> streams = new ConcurrentHashMap<>();
  private final Map<Object, Call> answering = new ConcurrentHashMap<>();
  private final AtomicLong lastId = new AtomicLong();
  private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
    Thread thread = new Thread(work);
    thread.setDaemon(true);
    return thread;
  });
  private volatile CompletableFuture<Void> registered = new CompletableFuture<>();
  private volatile boolean closed;
  private volatile Socket socket;
  private volatile String token;

  /** @param credentials asked anew for each attempt to connect */
  Client(Supplier<Credentials> credentials) {
    this.credentials = credentials;
  }

  /** Listens for an event. */
  void on(String event, Consumer<Object> listener) {
    listeners.computeIfAbsent(event, name -> new ArrayList<>()).add(listener);
  }

  /** Offers a method; before {@link #run}. */
  void method(String name, Method method) {
    methods.put(name, method);
  }

  /** Wants to be asked, before {@link #run}; the handler objects by returning a reason. */
  void hook(String name, Function<Object, String> handler) {
    hooks.put(name, handler);
  }

  /** Calls a native method, such as {@code filesystem.readFile}. */
  CompletableFuture<Object> call(String method, Object data) {
    return registered.copy().orTimeout(30, TimeUnit.SECONDS)
        .thenCompose(ready -> request(method, data));
  }

  /** Calls a method of an extension. Cancel the future, and the call is cancelled. */
  CompletableFuture<Object> callExtension(
      String extensionId, String method, Object data, long timeoutMs, Stream stream) {
    String callId = "call " + lastId.incrementAndGet();
    streams.put(callId, stream);
    CompletableFuture<Object> result = new CompletableFuture<>();
    // The host has the deadline; parts and progress begin it anew.
    call("extensions.call", map("extensionId", extensionId, "method", method, "data", data,
        "timeoutMs", timeoutMs, "callId", callId))
        .whenComplete((value, error) -> {
          if (error != null) result.completeExceptionally(error);
          else result.complete(value);
        });
    result.whenComplete((value, error) -> {
      streams.remove(callId);
      if (result.isCancelled()) call("extensions.cancel", map("callId", callId));
    });
    return result;
  }

  /** Connects, and again when the connection ends. Returns when closed, or if the host is gone. */
  void run() throws InterruptedException {
    long wait = 100;
    long last = System.nanoTime();
    while (!closed && System.nanoTime() - last < 30_000_000_000L) {
      try {
        Credentials at = credentials.get();
        // The connect token is what stands behind the dot of the access token.
        String query = "?connectToken=" + at.token.split("\\.")[1]
            + (at.extensionId == null ? "" : "&extensionId=" + at.extensionId);
        Socket open = new Socket(Integer.parseInt(at.port), "/" + query);
        token = at.token;
        socket = open;
        threads.execute(this::register);
        try {
          while (!closed) receive((Map<?, ?>) Json.read(open.read()));
        } finally {
          open.close();
          wait = 100;
          last = System.nanoTime();
          lost();
        }
      } catch (IOException | UncheckedIOException refusedOrEnded) {
        // Again, a little later.
      }
      if (!closed) Thread.sleep((long) (wait * (0.75 + Math.random() / 2)));
      wait = Math.min(wait * 2, 5000);
    }
    registered.completeExceptionally(disconnected());
  }

  /** Ends the connection for good. */
  void close() {
    closed = true;
    Socket open = socket;
    if (open != null) open.close();
  }

  /** An answer that is waited for, with its own error instead of a wrapped one. */
  static Object await(CompletableFuture<Object> answer) throws InterruptedException {
    try {
      return answer.get();
    } catch (ExecutionException error) {
      throw error.getCause() instanceof RuntimeException cause ? cause : new RuntimeException(error);
    }
  }

  /** A JSON object of names and values in turn; values may be null. */
  static Map<String, Object> map(Object... namesAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return map;
  }

  // The wire.

  private void register() {
    try {
      List<String> names = List.copyOf(methods.keySet());
      if (!names.isEmpty()) await(request("extensions.provide", map("methods", names)));
      for (String hook : hooks.keySet()) await(request("hooks.add", map("hook", hook)));
      registered.complete(null);
    } catch (Failure failure) {
      if (failure.code.equals("CLIENT_DISCONNECTED")) return; // with the next connection, again
      System.err.println("register: " + failure.getMessage());
      registered.complete(null);
    } catch (InterruptedException ended) {
      // Nobody does that.
    }
  }

  private CompletableFuture<Object> request(String method, Object data) {
    Socket open = socket;
    if (open == null) return CompletableFuture.failedFuture(disconnected());
    String id = Long.toString(lastId.incrementAndGet());
    String text = Json.write(map("id", id, "method", method, "accessToken", token, "data", data));
    CompletableFuture<Object> answer = new CompletableFuture<>();
    pending.put(id, answer);
    try {
      open.write(Socket.TEXT, text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException ended) {
      answer.completeExceptionally(disconnected());
    }
    // A connection that ended meanwhile did not know of this one.
    if (socket != open) answer.completeExceptionally(disconnected());
    return answer.whenComplete((value, error) -> pending.remove(id));
  }

  private static Failure disconnected() {
    return new Failure("CLIENT_DISCONNECTED", "There is no connection to the host");
  }

  private void lost() {
    socket = null;
    if (!closed && registered.isDone()) registered = new CompletableFuture<>();
    answering.values().forEach(Call::cancel);
    pending.values().forEach(answer -> answer.completeExceptionally(disconnected()));
  }

  private void receive(Map<?, ?> message) {
    if (message.get("id") == null) {
      onEvent((String) message.get("event"), message.get("data"));
      return;
    }
    CompletableFuture<Object> answer = pending.get(message.get("id"));
    if (answer == null) return;
    Map<?, ?> outcome = message.get("data") instanceof Map<?, ?> data ? data : Map.of();
    if (outcome.get("error") instanceof Map<?, ?> error) {
      boolean own = "extension".equals(error.get("from"));
      answer.completeExceptionally(
          new Failure((String) error.get("code"), (String) error.get("message"), error.get("data"), own));
    } else {
      answer.complete(outcome.get("returnValue"));
    }
  }

  /** Nothing here may wait: the next message comes on the same thread. */
  private void onEvent(String event, Object data) {
    Map<?, ?> about = data instanceof Map<?, ?> object ? object : Map.of();
    Object id = String.valueOf(about.get("callId"));
    switch (event) {
      case "extensionCall" -> {
        Call call = new Call(about);
        answering.put(id, call);
        threads.execute(() -> answer(call, methods.get(about.get("method"))));
      }
      case "extensionCallCancel" -> {
        if (answering.get(id) != null) answering.get(id).cancel();
      }
      case "extensionCallPart" -> streams.getOrDefault(id, Stream.NONE).onPart.accept(about.get("data"));
      case "extensionCallProgress" ->
        streams.getOrDefault(id, Stream.NONE).onProgress.accept(about.get("data"));
      case "hookRun" -> threads.execute(() -> {
        String reason;
        try {
          reason = hooks.get(about.get("hook")).apply(about.get("data"));
        } catch (RuntimeException error) {
          reason = String.valueOf(error.getMessage()); // who cannot decide objects
        }
        Map<String, Object> answer = map("runId", about.get("runId"), "allow", reason == null);
        if (reason != null) answer.put("reason", reason);
        request("hooks.answer", answer);
      });
      default -> { }
    }
    for (Consumer<Object> listener : listeners.getOrDefault(event, List.of())) listener.accept(data);
  }

  private void answer(Call call, Method method) {
    Map<String, Object> answer = map("callId", call.id);
    try {
      synchronized (call) {
        call.thread = Thread.currentThread();
        if (call.cancelled) return;
      }
      answer.put("result", method.call(call));
    } catch (Exception error) {
      Failure failure = error instanceof Failure own ? own
          : new Failure(error.getClass().getSimpleName(), String.valueOf(error.getMessage()));
      answer.put("error", map("code", failure.code, "message", failure.getMessage(), "data", failure.data));
    } finally {
      call.ends();
      answering.remove(call.id);
    }
    if (call.cancelled) return; // nobody waits for it
    try {
      request("extensions.answer", answer);
    } catch (IllegalArgumentException odd) {
      Object error = map("code", "ERROR", "message", odd.getMessage());
      request("extensions.answer", map("callId", call.id, "error", error));
    }
  }

  /**
   * As much of the WebSocket protocol (RFC 6455) as a client of one host needs. That of JDK 17 sends a
   * Content-Length with its handshake, which some servers refuse.
   */
  private static final class Socket {
    static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private final java.net.Socket socket = new java.net.Socket();
    private final SecureRandom random = new SecureRandom();
    private final DataInputStream in;

    Socket(int port, String target) throws IOException {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 10_000);
      socket.setTcpNoDelay(true);
      in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 65_536));
      byte[] key = new byte[16];
      random.nextBytes(key);
      String head = String.join("\r\n", "GET " + target + " HTTP/1.1", "Host: 127.0.0.1:" + port,
          "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
          "Sec-WebSocket-Key: " + Base64.getEncoder().encodeToString(key), "", "");
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      StringBuilder answer = new StringBuilder();
      while (answer.indexOf("\r\n\r\n") < 0) answer.append((char) in.readUnsignedByte());
      if (answer.indexOf("HTTP/1.1 101 ") == 0) return;
      socket.close();
      throw new IOException("The host refuses the connection: " + answer.substring(0, answer.indexOf("\r")));
    }

    /** Frames of a client are masked (section 5.3). */
    synchronized void write(int opcode, byte[] payload) throws IOException {
      int size = payload.length;
      ByteBuffer frame = ByteBuffer.allocate(size + 14).put((byte) (0x80 | opcode));
      if (size < 126) frame.put((byte) (0x80 | size));
      else if (size < 1 << 16) frame.put((byte) (0x80 | 126)).putShort((short) size);
      else frame.put((byte) (0x80 | 127)).putLong(size);
      byte[] mask = new byte[4];
      random.nextBytes(mask);
      frame.put(mask);
      for (int i = 0; i < size; i++) frame.put((byte) (payload[i] ^ mask[i % 4]));
      socket.getOutputStream().write(frame.array(), 0, frame.position());
    }

    /** The next message; pings are answered meanwhile. */
    String read() throws IOException {
      ByteArrayOutputStream whole = new ByteArrayOutputStream();
      for (;;) {
        int first = in.readUnsignedByte();
        long size = in.readUnsignedByte() & 0x7f;
        if (size == 126) size = in.readUnsignedShort();
        else if (size == 127) size = in.readLong();
        if (size < 0 || whole.size() + size > 64 << 20) throw new IOException("The message is too large");
        byte[] payload = in.readNBytes((int) size);
        int opcode = first & 0x0f;
        if (opcode == CLOSE) {
          close();
          throw new EOFException();
        } else if (opcode == PING) {
          write(PONG, payload);
        } else if (opcode < CLOSE) {
          whole.write(payload);
          if ((first & 0x80) != 0) return whole.toString(StandardCharsets.UTF_8);
        }
      }
    }

    void close() {
      try {
        write(CLOSE, new byte[] {0x03, (byte) 0xe8}); // 1000
        socket.close();
      } catch (IOException ended) {
        // It was closed before.
      }
    }
  }

  /** As much of JSON as there is. */
  static final class Json {
    private final String text;
    private int at;

    private Json(String text) {
      this.text = text;
    }

    static Object read(String text) {
      return new Json(text).value();
    }

    static String write(Object value) {
      StringBuilder out = new StringBuilder();
      write(value, out);
      return out.toString();
    }

    private static void write(Object value, StringBuilder out) {
      if (value instanceof Map<?, ?> map) {
        String before = "{";
        for (Map.Entry<?, ?> member : map.entrySet()) {
          out.append(before);
          write(member.getKey(), out);
          out.append(':');
          write(member.getValue(), out);
          before = ",";
        }
        out.append(map.isEmpty() ? "{}" : "}");
      } else if (value instanceof Iterable<?> list) {
        String before = "[";
        for (Object item : list) {
          out.append(before);
          write(item, out);
          before = ",";
        }
        out.append(before.equals("[") ? "[]" : "]");
      } else if (value instanceof CharSequence text) {
        out.append('"');
        text.chars().forEach(c -> {
          if (c == '"' || c == '\\') out.append('\\').append((char) c);
          else if (c < ' ') out.append(String.format("\\u%04x", c));
          else out.append((char) c);
        });
        out.append('"');
      } else {
        boolean finite = value instanceof Number number && Double.isFinite(number.doubleValue());
        if (value != null && !(value instanceof Boolean) && !finite) {
          throw new IllegalArgumentException("This is no JSON: " + value);
        }
        out.append(value);
      }
    }

    private char next() {
      while (Character.isWhitespace(text.charAt(at))) at++;
      return text.charAt(at);
    }

    private Object value() {
      char c = next();
      if (c == '"') return string();
      if (c == '{') {
        Map<String, Object> map = new LinkedHashMap<>();
        for (at++; next() != '}'; at += next() == ',' ? 1 : 0) {
          next();
          String name = string();
          next();
          at++; // the colon
          map.put(name, value());
        }
        at++;
        return map;
      }
      if (c == '[') {
        List<Object> list = new ArrayList<>();
        for (at++; next() != ']'; at += next() == ',' ? 1 : 0) list.add(value());
        at++;
        return list;
      }
      int start = at;
      while (at < text.length() && ",]}".indexOf(text.charAt(at)) < 0 && text.charAt(at) > ' ') at++;
      String word = text.substring(start, at);
      return switch (word) {
        case "null" -> null;
        case "true", "false" -> word.equals("true");
        default -> number(word);
      };
    }

    private static Number number(String word) {
      if (!word.matches("-?[0-9]+")) return Double.valueOf(word);
      return word.length() < 19 ? (Number) Long.valueOf(word) : new java.math.BigInteger(word);
    }

    private String string() {
      StringBuilder out = new StringBuilder();
      for (at++; text.charAt(at) != '"'; at++) {
        char c = text.charAt(at);
        if (c != '\\') {
          out.append(c);
          continue;
        }
        char escape = text.charAt(++at);
        switch (escape) {
          case 'n' -> out.append('\n');
          case 't' -> out.append('\t');
          case 'r' -> out.append('\r');
          case 'b' -> out.append('\b');
          case 'f' -> out.append('\f');
          case 'u' -> {
            out.append((char) Integer.parseInt(text, at + 1, at + 5, 16));
            at += 4;
          }
          default -> out.append(escape);
        }
      }
      at++;
      return out.toString();
    }
  }
}
