/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.testkit.snowflake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Enough of Snowflake's HTTP protocol for its JDBC driver and its Spark connector to log in, run
 * queries and fetch results in chunks, Arrow or JSON, on loopback, with tables of DuckDB behind it.
 * Written from what the driver sends and expects. One query runs at a time.
 */
public final class LoopbackSnowflake implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern SETTING = Pattern.compile("(\\w+)\\s*=\\s*'([^']*)'");

  private final Tables tables = new Tables();
  private final Logins logins = new Logins();
  private final List<String> selects = new CopyOnWriteArrayList<>();
  private final List<String> logged = new CopyOnWriteArrayList<>();
  private final Map<String, byte[]> chunks = new ConcurrentHashMap<>();
  private final Map<String, ObjectNode> answered = new ConcurrentHashMap<>();
  private final Map<String, String> settings = new ConcurrentHashMap<>();
  private final List<Trouble> troubles = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private volatile int chunkRows = 50_000;
  private volatile boolean arrow = true;

  /** Something that goes wrong, so many times, for requests that hold a text. */
  private static final class Trouble {
    private final String within;
    private final Refused refused;
    private final Runnable action;
    private int left;

    Trouble(String within, int times, Refused refused, Runnable action) {
      this.within = within;
      this.left = times;
      this.refused = refused;
      this.action = action;
    }

    synchronized boolean meets(String request) {
      return left > 0 && request.contains(within) && left-- > 0;
    }
  }

  private LoopbackSnowflake() throws SQLException, IOException {
    settings.put("AUTOCOMMIT", "true");
    settings.put("CLIENT_RESULT_CHUNK_SIZE", "160");
    settings.put("CLIENT_PREFETCH_THREADS", "4");
    settings.put("CLIENT_MEMORY_LIMIT", "1536");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/session/v1/login-request", exchange -> json(exchange, this::logIn));
    server.createContext("/session/token-request", exchange -> json(exchange, this::renew));
    server.createContext("/queries/v1/query-request", exchange -> json(exchange, this::query));
    server.createContext("/chunks/", this::chunk);
    server.createContext("/session", exchange -> json(exchange, this::session));
    server.createContext("/telemetry/send", exchange -> json(exchange, this::telemetry));
    server.setExecutor(threads);
    server.start();
  }

  /** A server without tables and without users. */
  public static LoopbackSnowflake start() {
    try {
      return new LoopbackSnowflake();
    } catch (SQLException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Lets a user in by a key. */
  public void key(String user, PublicKey key) {
    logins.key(user, key);
  }

  /** Lets in whoever shows an OAuth access token. */
  public void token(String token) {
    logins.token(token);
  }

  /** Runs statements of DuckDB's as one commit; earlier instants still show what was before. */
  public void change(String... statements) {
    try {
      tables.change(statements);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  public Instant now() {
    return tables.now();
  }

  /** The queries that were run, in order; those that were only described are not among them. */
  public List<String> selects() {
    return List.copyOf(selects);
  }

  /** The login requests that came, as JSON. */
  public List<String> logins() {
    return List.copyOf(logged);
  }

  public int openSessions() {
    return logins.open();
  }

  /** How many rows a chunk has at most. */
  public void chunkRows(int rows) {
    chunkRows = rows;
  }

  /** Answers in JSON rather than in Arrow, as an account does that is told to. */
  public void json() {
    arrow = false;
  }

  /** Closes the connection in the middle of the answer to requests that hold a text. */
  public void drop(String within, int times) {
    troubles.add(new Trouble(within, times, null, null));
  }

  /** Answers queries that hold a text with an error. */
  public void refuse(String within, int times, int code, String state, String message) {
    troubles.add(new Trouble(within, times, new Refused(code, state, message), null));
  }

  /** Does something before the next query that holds a text is run. */
  public void before(String within, Runnable action) {
    troubles.add(new Trouble(within, 1, null, action));
  }

  /** Sessions must have their tokens renewed; the driver does. */
  public void expireSessions() {
    logins.expire();
  }

  /** Sessions are over for good. */
  public void endSessions() {
    logins.end();
  }

  private interface Handler {
    ObjectNode handle(HttpExchange exchange, JsonNode body) throws Refused;
  }

  private void json(HttpExchange exchange, Handler handler) throws IOException {
    try (exchange) {
      String body = body(exchange);
      if (dropped(exchange.getRequestURI().getPath() + " " + body)) {
        return;
      }
      byte[] bytes = JSON.writeValueAsBytes(answer(exchange, body, handler));
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private static ObjectNode answer(HttpExchange exchange, String body, Handler handler)
      throws IOException {
    JsonNode asked = JSON.readTree(body.isEmpty() ? "{}" : body);
    try {
      ObjectNode answer = JSON.createObjectNode();
      answer.set("data", handler.handle(exchange, asked));
      return answer.putNull("message").putNull("code").put("success", true);
    } catch (Refused e) {
      return refusal(e);
    } catch (RuntimeException e) {
      return refusal(new Refused(300_002, "XX000", "the loopback server failed: " + e));
    }
  }

  /** About what was asked, the number stands with the data; about a session, there are none. */
  private static ObjectNode refusal(Refused refused) {
    String code = "%06d".formatted(refused.code());
    ObjectNode answer = JSON.createObjectNode();
    answer.put("message", refused.getMessage()).put("code", code).put("success", false);
    if (refused.isOfSession()) {
      answer.putNull("data");
    } else {
      answer.putObject("data").put("sqlState", refused.state()).put("errorCode", code);
    }
    return answer;
  }

  private static String body(HttpExchange exchange) throws IOException {
    InputStream body = exchange.getRequestBody();
    boolean gzip = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
    try (InputStream plain = gzip ? new GZIPInputStream(body) : body) {
      return new String(plain.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private boolean dropped(String request) {
    return troubles.stream()
        .filter(trouble -> trouble.refused == null && trouble.action == null)
        .anyMatch(trouble -> trouble.meets(request));
  }

  private ObjectNode logIn(HttpExchange exchange, JsonNode body) throws Refused {
    logged.add(body.toString());
    JsonNode data = body.path("data");
    Logins.Session session = logins.logIn(data);
    data.path("SESSION_PARAMETERS")
        .fields()
        .forEachRemaining(each -> settings.put(each.getKey(), each.getValue().asText()));
    ObjectNode answer = tokens(session);
    answer.set("parameters", parameters());
    String query = String.valueOf(exchange.getRequestURI().getQuery());
    answer
        .putObject("sessionInfo")
        .put("databaseName", parameter(query, "databaseName"))
        .put("schemaName", parameter(query, "schemaName"))
        .put("warehouseName", parameter(query, "warehouse"))
        .put("roleName", parameter(query, "roleName"));
    return answer;
  }

  private static String parameter(String query, String name) {
    Matcher found = Pattern.compile("(?:^|&)" + name + "=([^&]*)").matcher(query);
    return found.find() ? found.group(1) : null;
  }

  private static ObjectNode tokens(Logins.Session session) {
    return JSON.createObjectNode()
        .put("token", session.token())
        .put("sessionToken", session.token())
        .put("masterToken", session.master())
        .put("validityInSecondsST", 3600)
        .put("validityInSecondsMT", 14_400)
        .put("masterValidityInSeconds", 14_400)
        .put("serverVersion", "9.0.0")
        .put("sessionId", 1);
  }

  /** One client's at a time: the driver takes those of an answer for all there are. */
  private ArrayNode parameters() {
    ArrayNode parameters = JSON.createArrayNode();
    settings.forEach((name, value) -> parameters.addObject().put("name", name).put("value", value));
    return parameters;
  }

  private ObjectNode renew(HttpExchange exchange, JsonNode body) throws Refused {
    return tokens(logins.renew(exchange.getRequestHeaders().getFirst("Authorization")));
  }

  private ObjectNode session(HttpExchange exchange, JsonNode body) {
    if (String.valueOf(exchange.getRequestURI().getQuery()).contains("delete=true")) {
      logins.logOut(exchange.getRequestHeaders().getFirst("Authorization"));
    }
    return JSON.createObjectNode();
  }

  private ObjectNode telemetry(HttpExchange exchange, JsonNode body) {
    return JSON.createObjectNode();
  }

  /** A driver that got no answer asks again under the same id, and the query must not run twice. */
  private ObjectNode query(HttpExchange exchange, JsonNode body) throws Refused {
    logins.check(exchange.getRequestHeaders().getFirst("Authorization"));
    String id = parameter(exchange.getRequestURI().getQuery(), "requestId");
    ObjectNode before = answered.get(id);
    if (before != null) {
      return before;
    }
    String sql = body.path("sqlText").asText().strip();
    boolean describe = body.path("describeOnly").asBoolean();
    for (Trouble trouble : troubles) {
      if ((trouble.refused != null || trouble.action != null) && !describe && trouble.meets(sql)) {
        if (trouble.refused != null) {
          throw trouble.refused;
        }
        trouble.action.run();
      }
    }
    ObjectNode answer = JSON.createObjectNode();
    if (sql.regionMatches(true, 0, "select", 0, 6)) {
      if (!describe) {
        selects.add(sql);
      }
      String parameter = body.path("bindings").path("1").path("value").textValue();
      write(tables.select(sql, parameter, describe, chunkRows), answer);
    } else {
      write(Answer.NOTHING, answer);
      Matcher setting = SETTING.matcher(sql);
      while (setting.find()) {
        settings.put(setting.group(1).toUpperCase(Locale.ROOT), setting.group(2));
      }
    }
    answer.set("parameters", parameters());
    answered.put(id, answer);
    return answer;
  }

  private void write(Answer result, ObjectNode answer) {
    answer.put("queryId", UUID.randomUUID().toString());
    answer.put("statementTypeId", result.columns().isEmpty() ? 0x4000 : 0x1000);
    answer.put("queryResultFormat", arrow ? "arrow" : "json");
    answer.put("total", result.rows()).put("returned", result.rows()).put("version", 1);
    ArrayNode columns = answer.putArray("rowtype");
    for (Answer.Column column : result.columns()) {
      columns
          .addObject()
          .put("name", column.name())
          .put("type", column.type())
          .put("precision", column.precision())
          .put("scale", column.scale())
          .put("length", 16_777_216)
          .put("nullable", true);
    }
    if (arrow) {
      byte[] first = ArrowChunks.of(result.columns(), result.first());
      answer.put("rowsetBase64", Base64.getEncoder().encodeToString(first));
    } else {
      answer.putRawValue("rowset", new RawValue("[" + result.first().json() + "]"));
    }
    if (result.others().isEmpty()) {
      return;
    }
    ArrayNode files = answer.putArray("chunks");
    answer.putObject("chunkHeaders");
    for (Answer.Chunk chunk : result.others()) {
      byte[] plain =
          arrow
              ? ArrowChunks.of(result.columns(), chunk)
              : chunk.json().getBytes(StandardCharsets.UTF_8);
      byte[] bytes = gzipped(plain);
      String path = "/chunks/" + UUID.randomUUID();
      chunks.put(path, bytes);
      files
          .addObject()
          .put("url", url() + path)
          .put("rowCount", chunk.rows())
          .put("compressedSize", bytes.length)
          .put("uncompressedSize", plain.length);
    }
  }

  private static byte[] gzipped(byte[] plain) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return bytes.toByteArray();
  }

  private void chunk(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      byte[] bytes = chunks.get(path);
      boolean dropped = dropped(path);
      exchange.getResponseHeaders().set("Content-Encoding", "gzip");
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes, 0, dropped ? bytes.length / 2 : bytes.length);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    try {
      tables.close();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
