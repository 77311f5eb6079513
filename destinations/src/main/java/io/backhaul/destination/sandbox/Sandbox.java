/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.sandbox.SandboxApi.Incoming;
import io.backhaul.destination.sandbox.SandboxApi.Posted;
import io.backhaul.destination.sandbox.SandboxApi.Result;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A stateful destination: keeps records, remembers idempotency keys, keeps a ledger of requests,
 * and misbehaves as its script says. {@link SandboxServer} puts it on a port. Thread-safe.
 *
 * <table>
 * <caption>Addresses</caption>
 * <tr><td>{@code POST /api}</td><td>the {@code http} contract, one result a record</td></tr>
 * <tr><td>{@code POST /strict}</td><td>the same, but one bad record refuses the request (422)</td></tr>
 * <tr><td>{@code /crm/…}</td><td>HubSpot, for whoever comes</td></tr>
 * <tr><td>{@code /salesforce/…}, {@code /marketo/…}, …</td><td>the API of a {@link SandboxVendor}</td></tr>
 * <tr><td>{@code POST /sandbox/script}</td><td>replaces the {@link SandboxScript}</td></tr>
 * <tr><td>{@code GET /sandbox/ledger}</td><td>totals, and the requests that are kept</td></tr>
 * <tr><td>{@code GET /sandbox/records?object=}</td><td>what it holds</td></tr>
 * </table>
 */
public final class Sandbox {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();
  private static final int REMEMBERED_KEYS = 2_000;

  /** The first answer to an idempotency key, and what it was the answer to. */
  private record Remembered(String payloadHash, WireReply reply) {}

  private final SandboxStore store;
  private final SandboxApi http = new HttpApi();
  private final HubSpotSandbox hubSpot = new HubSpotSandbox();
  private final List<SandboxVendor> vendors = SandboxVendors.all();
  private final RequestLedger ledger;
  private final Clock clock;
  private final Map<String, Remembered> remembered =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Remembered> eldest) {
          return size() > REMEMBERED_KEYS;
        }
      };
  private final boolean asksForCredentials;
  private volatile FaultSchedule schedule;

  Sandbox(SandboxScript script, RequestLedger ledger, Clock clock) {
    this(script, ledger, clock, new SandboxStore(false), true);
  }

  private Sandbox(
      SandboxScript script,
      RequestLedger ledger,
      Clock clock,
      SandboxStore store,
      boolean asksForCredentials) {
    this.store = store;
    this.ledger = ledger;
    this.clock = clock;
    this.asksForCredentials = asksForCredentials;
    this.schedule = new FaultSchedule(script, clock);
  }

  /**
   * A sandbox without faults that keeps to its process, takes whoever comes, and records it was
   * never told of for ones it holds.
   */
  public static Sandbox inProcess(Clock clock) {
    return forRehearsal(clock);
  }

  static Sandbox forRehearsal(Clock clock) {
    return new Sandbox(
        SandboxScript.FAULTLESS, RequestLedger.ofLast(1), clock, new SandboxStore(true), false);
  }

  /** Whether it speaks for a vendor, {@code type} being that of its destinations. */
  public boolean speaksFor(String type) {
    return vendors.stream().anyMatch(vendor -> vendor.name().equals(type));
  }

  /** From now on the sandbox behaves as {@code script} says; its fault counters start anew. */
  public void script(SandboxScript script) {
    schedule = new FaultSchedule(script, clock);
  }

  /** What arrived. */
  public RequestLedger ledger() {
    return ledger;
  }

  /** What it holds of an object: name (for {@code /api} the key as JSON) to fields as JSON. */
  public Map<String, String> records(String object) {
    Map<String, String> fields = new LinkedHashMap<>();
    store.records(object).forEach((name, stored) -> fields.put(name, stored.fields()));
    return fields;
  }

  /** Answers one request. */
  public WireReply handle(WireRequest request) {
    String path = request.path();
    String call = request.method() + " " + path;
    try {
      if (call.equals("POST /sandbox/script")) {
        script(SandboxScript.parse(request.text()));
        return WireReply.of(200, "{\"status\":\"ok\"}");
      }
      if (call.equals("GET /sandbox/ledger")) {
        return WireReply.of(200, ledgerAsJson());
      }
      if (call.equals("GET /sandbox/records")) {
        return WireReply.of(200, recordsAsJson(request.query("object").orElse("")));
      }
      if (path.startsWith("/crm/") || path.startsWith("/account-info/")) {
        return hubSpot.open(request, new VendorDesk());
      }
      if (path.startsWith("/api") || path.startsWith("/strict")) {
        return write(http, request);
      }
      for (SandboxVendor vendor : vendors) {
        String mount = "/" + vendor.name();
        if (path.equals(mount) || path.startsWith(mount + "/")) {
          return vendor.handle(request.below(mount), new VendorDesk());
        }
      }
    } catch (IllegalArgumentException e) {
      return http.refusal(400, "BAD_SCRIPT", null, e.getMessage());
    }
    return http.refusal(404, "NOT_FOUND", null, "the sandbox has no address " + path);
  }

  /** The sandbox as its vendors see it. */
  private final class VendorDesk implements SandboxVendor.Desk {

    @Override
    public WireReply write(SandboxApi api, WireRequest request) {
      return Sandbox.this.write(api, request);
    }

    @Override
    public SandboxStore store() {
      return store;
    }

    @Override
    public Instant now() {
      return clock.instant();
    }

    @Override
    public boolean asksForCredentials() {
      return asksForCredentials;
    }
  }

  private WireReply write(SandboxApi api, WireRequest request) {
    FaultSchedule current = schedule;
    Set<String> watch =
        current.script().rejections().stream().map(Rejection::field).collect(Collectors.toSet());
    Posted posted;
    try {
      posted = api.read(request, watch);
    } catch (SandboxApi.BadRequest | IOException e) {
      String message =
          e instanceof JsonProcessingException ? "the body is not JSON" : e.getMessage();
      return api.refusal(400, "BAD_REQUEST", null, message);
    }
    String key = request.header("Idempotency-Key").orElse("");
    return process(api, request, posted, key, current);
  }

  /** One request at a time, so that the ledger's order is the order of application. */
  private synchronized WireReply process(
      SandboxApi api, WireRequest request, Posted posted, String key, FaultSchedule current) {
    long number = ledger.arrive();
    String payloadHash = RequestLedger.hash(request.body());
    FaultSchedule.Met met = current.next();
    Fate fate = current.fate(met);
    Remembered first = key.isEmpty() || !fate.apply() ? null : remembered.get(key);
    List<Result> results = List.of();
    WireReply own;
    if (first != null) {
      own =
          first.payloadHash().equals(payloadHash)
              ? first.reply()
              : api.refusal(409, "IDEMPOTENCY_KEY_REUSED", null, "the key came with another body");
    } else if (!fate.apply()) {
      own = WireReply.of(503, "");
    } else {
      boolean partial = met != null && met.kind() == Fault.Kind.PARTIAL;
      results = apply(posted, current.script().rejections(), partial);
      Result refused = posted.strict() ? firstRefused(results) : null;
      own =
          refused == null
              ? api.answer(posted, results)
              : api.refusal(posted.refusal(), refused.code(), refused.field(), refused.message());
      if (!key.isEmpty()) {
        remembered.put(key, new Remembered(payloadHash, own));
      }
    }
    WireReply reply = fate.reply(own);
    ledger.add(entry(number, posted, key, payloadHash, first != null, reply, results));
    return reply;
  }

  private List<Result> apply(Posted posted, List<Rejection> rejections, boolean partial) {
    List<Result> judged = new ArrayList<>(posted.records().size());
    int position = 0;
    for (Incoming record : posted.records()) {
      judged.add(judge(posted, record, rejections, partial && position++ % 2 == 1));
    }
    if (posted.strict() && firstRefused(judged) != null) {
      return judged.stream().map(Sandbox::withheld).toList();
    }
    judged.replaceAll(result -> result.applied() ? applied(posted, result.record()) : result);
    return judged;
  }

  private Result judge(Posted posted, Incoming record, List<Rejection> rejections, boolean putOff) {
    for (Rejection rejection : rejections) {
      if (rejection.refuses(posted.object(), record.watched().get(rejection.field()))) {
        return refused(record, rejection.code(), rejection.field(), rejection.message());
      }
    }
    String problem = store.problem(posted.object(), posted.op(), record.name());
    if (problem != null) {
      return refused(record, problem, null, "an " + posted.op() + " is not possible here");
    }
    return putOff
        ? new Result(record, "retry", null, false, "BUSY", null, "the record is locked")
        : new Result(record, "applied", null, false, null, null, null);
  }

  private static Result refused(Incoming record, String code, String field, String message) {
    return new Result(record, "rejected", null, false, code, field, message);
  }

  private Result applied(Posted posted, Incoming record) {
    SandboxStore.Done done =
        store.apply(posted.object(), posted.op(), record.name(), record.fields());
    return done.problem() == null
        ? new Result(record, "applied", done.id(), done.created(), null, null, null)
        : refused(record, done.problem(), null, "a record before it in the request forbids it");
  }

  /** The record was acceptable, but another one of its request was not. */
  private static Result withheld(Result result) {
    return result.applied()
        ? new Result(result.record(), "withheld", null, false, null, null, null)
        : result;
  }

  private static Result firstRefused(List<Result> results) {
    return results.stream()
        .filter(result -> result.status().equals("rejected") || result.status().equals("retry"))
        .findFirst()
        .orElse(null);
  }

  private RequestLedger.Entry entry(
      long number,
      Posted posted,
      String key,
      String payloadHash,
      boolean replayed,
      WireReply reply,
      List<Result> results) {
    int applied = 0;
    int rejected = 0;
    for (Result result : results) {
      applied += result.applied() ? 1 : 0;
      rejected += result.status().equals("rejected") ? 1 : 0;
    }
    return new RequestLedger.Entry(
        number,
        posted.object(),
        key,
        payloadHash,
        posted.records().size(),
        applied,
        rejected,
        replayed,
        reply.status(),
        reply.manner() == Manner.WHOLE,
        ledger.detailed() ? written(posted, results) : List.of());
  }

  private static List<RequestLedger.Written> written(Posted posted, List<Result> results) {
    List<RequestLedger.Written> written = new ArrayList<>();
    for (int i = 0; i < posted.records().size(); i++) {
      Incoming record = posted.records().get(i);
      boolean applied = !results.isEmpty() && results.get(i).applied();
      written.add(
          new RequestLedger.Written(
              record.name(), posted.op(), valueHash(record.fields()), applied));
    }
    return written;
  }

  private static String valueHash(String fields) {
    try {
      return fields.isEmpty()
          ? ""
          : RequestLedger.hash(JSON.writeValueAsString(JSON.readValue(fields, Object.class)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("fields were read as JSON before", e);
    }
  }

  private String ledgerAsJson() {
    ObjectNode answer = JSON.createObjectNode();
    answer.put("requests", ledger.arrivals()).put("records", ledger.records());
    answer.put("applied", ledger.applied()).put("rejected", ledger.rejected());
    answer.put("replayed", ledger.replayed());
    answer.set("held", JSON.valueToTree(store.counts()));
    ArrayNode entries = answer.putArray("entries");
    for (RequestLedger.Entry entry : ledger.entries()) {
      entries.add(JSON.<ObjectNode>valueToTree(entry));
    }
    return answer.toString();
  }

  private String recordsAsJson(String object) {
    StringBuilder answer = new StringBuilder("{\"records\":[");
    String comma = "";
    for (Map.Entry<String, SandboxStore.Stored> each : store.records(object).entrySet()) {
      ObjectNode head = JSON.createObjectNode().put("name", each.getKey());
      head.put("id", each.getValue().id());
      String text = head.toString();
      answer.append(comma).append(text, 0, text.length() - 1);
      answer.append(",\"fields\":").append(each.getValue().fields()).append('}');
      comma = ",";
    }
    return answer.append("]}").toString();
  }
}
