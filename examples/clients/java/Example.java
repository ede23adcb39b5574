import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * An example of everything that Client.java does: what the tests call.
 *
 * <pre>javac -d classes Client.java Example.java</pre>
 *
 * <p>As an extension, the host starts it:
 * {"id": "org.example.java", "command": "java -cp ${NL_PATH}/classes Example"}. As a backend:
 *
 * <pre>java -cp classes Example --auth-info=.tmp/auth_info.json extensions.call '{"extensionId": ...}'</pre>
 */
final class Example {
  private static void offer(Client client) {
    client.method("echo", call -> call.data);
    client.method("who", call -> call.caller);
    client.method("add", call -> {
      Map<?, ?> data = (Map<?, ?>) call.data;
      return (Long) data.get("a") + (Long) data.get("b");
    });
    client.method("fail", call -> {
      throw new Client.Failure("NO_PAPER", "no paper", Map.of("tray", 2), false);
    });
    client.method("odd", call -> Double.NaN); // which is no JSON
    client.method("delay", call -> {
      Map<?, ?> data = (Map<?, ?>) call.data;
      Thread.sleep((Long) data.get("ms"));
      return data.get("value");
    });
    client.method("count", call -> {
      Map<?, ?> data = (Map<?, ?>) call.data;
      String text = "x".repeat(((Long) data.get("size")).intValue());
      for (long i = 0; i < (Long) data.get("n"); i++) call.part(Map.of("i", i, "text", text));
      return "counted";
    });
    client.method("progress", call -> {
      for (long i = 0; i < (Long) call.data; i++) call.progress(i);
      return "done";
    });
    client.method("slow", call -> {
      try {
        call.progress("waiting");
        new CountDownLatch(1).await();
        return null;
      } catch (InterruptedException nobodyWaits) {
        client.call("app.broadcast", Client.map("event", "slowCancelled", "data", call.data));
        throw nobodyWaits;
      }
    });
    client.method("native", call -> {
      Map<?, ?> data = (Map<?, ?>) call.data;
      return Client.await(client.call((String) data.get("method"), data.get("data")));
    });
    client.method("ask", call -> ask(client, (Map<?, ?>) call.data));
    client.hook("close", data -> "unsaved".equals(data) ? "unsaved changes" : null);
    client.on("ping", data -> client.call("app.broadcast", Client.map("event", "pong", "data", data)));
    // The host is about to end, or to end us: then there is nothing to connect to again.
    client.on("windowClose", data -> client.close());
  }

  /** Calls another extension, and returns everything that it heard of it. */
  private static Object ask(Client client, Map<?, ?> data) throws InterruptedException {
    List<Object> parts = new ArrayList<>();
    List<Object> progress = new ArrayList<>();
    long timeoutMs = data.get("timeoutMs") instanceof Long ms ? ms : 30_000;
    CompletableFuture<Object> result = client.callExtension(
        (String) data.get("extensionId"), (String) data.get("method"), data.get("data"), timeoutMs,
        new Client.Stream(parts::add, progress::add));
    if (data.get("cancelAfterMs") instanceof Long ms) {
      CompletableFuture.delayedExecutor(ms, TimeUnit.MILLISECONDS).execute(() -> result.cancel(true));
    }
    Map<String, Object> heard = Client.map("parts", parts, "progress", progress);
    try {
      heard.put("result", Client.await(result));
    } catch (Client.Failure failure) {
      heard.put("error", Client.map("code", failure.code, "message", failure.getMessage(),
          "data", failure.data, "fromExtension", failure.fromExtension));
    } catch (CancellationException cancelled) {
      heard.put("error", Client.map("code", "cancelled"));
    }
    return heard;
  }

  public static void main(String[] args) throws Exception {
    if (args.length > 1 && args[0].startsWith("--auth-info=")) {
      Path file = Path.of(args[0].substring("--auth-info=".length()));
      Client client = new Client(() -> Client.Credentials.fromAuthInfo(file, null));
      new Thread(() -> {
        try {
          client.run();
        } catch (InterruptedException ended) {
          // Nothing is left to do.
        }
      }).start();
      Object data = args.length > 2 ? Client.Json.read(args[2]) : null;
      System.out.println(Client.Json.write(Client.await(client.call(args[1], data))));
      client.close();
      return;
    }
    Client.Credentials credentials = Client.Credentials.fromHost(args);
    Client client = new Client(() -> credentials);
    offer(client);
    client.run();
  }
}
