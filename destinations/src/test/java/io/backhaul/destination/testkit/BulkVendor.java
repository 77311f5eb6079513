/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.sandbox.LoopbackHttp;
import io.backhaul.destination.sandbox.Manner;
import io.backhaul.destination.sandbox.WireReply;
import io.backhaul.destination.sandbox.WireRequest;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * A vendor on 127.0.0.1 that takes records as jobs: created under a name of the client's, filled,
 * closed, asked after until they end, and then read for what became of each row. Names need not be
 * unique, a closed job is not closed twice, and what a job applies is counted. Thread-safe.
 *
 * <pre>
 * POST /jobs {"name":…}            the job, open
 * GET  /jobs?name=…                {"jobs":[…]}
 * PUT  /jobs/ID/rows {"rows":[…]}  replaces its rows
 * POST /jobs/ID/close              runs it
 * GET  /jobs/ID                    {"id":…,"state":…}
 * GET  /jobs/ID/results            {"successes":[…],"failures":[…],"unprocessed":[…]}
 * </pre>
 */
public final class BulkVendor implements AutoCloseable {

  /** The steps of a job, as its client takes them. */
  public enum Step {
    CREATE,
    FIND,
    FILL,
    CLOSE,
    POLL,
    RESULTS
  }

  /** How a job ends. */
  public enum State {
    OPEN,
    RUNNING,
    COMPLETE,
    FAILED,
    ABORTED;

    String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * An end of one job.
   *
   * @param processed how many of its rows, the first ones, it looks at before
   */
  public record End(State state, int processed) {
    /** All rows are looked at. */
    public static final End COMPLETE = new End(State.COMPLETE, Integer.MAX_VALUE);
  }

  private static final class Job {
    private final String id;
    private final String name;
    private State state = State.OPEN;
    private JsonNode rows = JsonNodeFactory.instance.arrayNode();
    private int polls;
    private final ObjectNode results = JsonNodeFactory.instance.objectNode();

    Job(String id, String name) {
      this.id = id;
      this.name = name;
    }

    ObjectNode json() {
      return JsonNodeFactory.instance.objectNode().put("id", id).put("state", state.wireName());
    }
  }

  private final LoopbackHttp http = LoopbackHttp.start(0, this::handle);
  private final Map<String, Job> jobs = new LinkedHashMap<>();
  private final Map<String, Integer> applied = new TreeMap<>();
  private final Map<Step, Integer> seen = new EnumMap<>(Step.class);
  private final Map<Step, Deque<Manner>> manners = new EnumMap<>(Step.class);
  private final Deque<End> ends = new ArrayDeque<>();
  private Predicate<String> refuses = key -> false;
  private int pollsOfAJob = 2;
  private boolean forgetful;

  private BulkVendor() {}

  public static BulkVendor start() {
    return new BulkVendor();
  }

  public URI url() {
    return http.url();
  }

  /** The next answers to this step travel so; the step itself is done all the same. */
  public synchronized BulkVendor answering(Step step, Manner... inTurn) {
    manners.put(step, new ArrayDeque<>(Arrays.asList(inTurn)));
    return this;
  }

  /** The next jobs end so, later ones {@link End#COMPLETE}. */
  public synchronized BulkVendor ending(End... inTurn) {
    ends.addAll(Arrays.asList(inTurn));
    return this;
  }

  /** A job is found running so many times before its end. */
  public synchronized BulkVendor running(int polls) {
    pollsOfAJob = polls;
    return this;
  }

  /** Rows with such keys fail. */
  public synchronized BulkVendor refusing(Predicate<String> keys) {
    refuses = keys;
    return this;
  }

  /** From now on no job is known. */
  public synchronized BulkVendor forgetting() {
    forgetful = true;
    return this;
  }

  /** Has every job that runs come to its end. */
  public synchronized void endAll() {
    jobs.values().stream()
        .filter(job -> job.state == State.RUNNING)
        .forEach(job -> end(job, ends.isEmpty() ? End.COMPLETE : ends.poll()));
  }

  /** How often each row was applied, by its key. */
  public synchronized Map<String, Integer> applied() {
    return new TreeMap<>(applied);
  }

  /** How often a step was taken. */
  public synchronized int seen(Step step) {
    return seen.getOrDefault(step, 0);
  }

  @Override
  public void close() {
    http.close();
  }

  private synchronized WireReply handle(WireRequest request) {
    List<String> path = List.of(request.path().substring(1).split("/"));
    Step step = step(request.method(), path);
    seen.merge(step, 1, Integer::sum);
    WireReply reply = reply(step, path, request);
    Deque<Manner> queue = manners.get(step);
    Manner manner = queue == null ? null : queue.poll();
    return manner == null ? reply : reply.travelling(manner, Duration.ZERO);
  }

  private static Step step(String method, List<String> path) {
    boolean post = method.equals("POST");
    return switch (path.size()) {
      case 1 -> post ? Step.CREATE : Step.FIND;
      case 2 -> Step.POLL;
      default -> post ? Step.CLOSE : method.equals("PUT") ? Step.FILL : Step.RESULTS;
    };
  }

  private WireReply reply(Step step, List<String> path, WireRequest request) {
    if (step == Step.CREATE) {
      Job job = new Job("job-" + (jobs.size() + 1), body(request).path("name").asText());
      jobs.put(job.id, job);
      return WireReply.of(201, job.json().toString());
    }
    if (step == Step.FIND) {
      return WireReply.of(200, named(request.query("name").orElse("")).toString());
    }
    Job job = forgetful ? null : jobs.get(path.get(1));
    if (job == null) {
      return WireReply.of(404, "{\"code\":\"NO_SUCH_JOB\"}");
    }
    return switch (step) {
      case FILL -> fill(job, request);
      case CLOSE -> run(job);
      case POLL -> poll(job);
      case RESULTS -> WireReply.of(200, job.results.toString());
      case CREATE, FIND -> throw new IllegalStateException("answered above");
    };
  }

  private static JsonNode body(WireRequest request) {
    return Canonical.tree(request.text());
  }

  private ObjectNode named(String name) {
    ObjectNode found = JsonNodeFactory.instance.objectNode();
    ArrayNode list = found.putArray("jobs");
    jobs.values().stream()
        .filter(job -> !forgetful && job.name.equals(name))
        .forEach(job -> list.add(job.json()));
    return found;
  }

  private static WireReply fill(Job job, WireRequest request) {
    if (job.state != State.OPEN) {
      return WireReply.of(409, "{\"code\":\"JOB_CLOSED\"}");
    }
    job.rows = body(request).path("rows");
    return WireReply.of(200, job.json().toString());
  }

  private static WireReply run(Job job) {
    if (job.state == State.OPEN) {
      job.state = State.RUNNING;
    }
    return WireReply.of(200, job.json().toString());
  }

  private WireReply poll(Job job) {
    if (job.state == State.RUNNING && job.polls++ >= pollsOfAJob) {
      end(job, ends.isEmpty() ? End.COMPLETE : ends.poll());
    }
    return WireReply.of(200, job.json().toString());
  }

  private void end(Job job, End end) {
    job.state = end.state();
    ArrayNode successes = job.results.putArray("successes");
    ArrayNode failures = job.results.putArray("failures");
    ArrayNode unprocessed = job.results.putArray("unprocessed");
    List<JsonNode> rows = new ArrayList<>();
    job.rows.forEach(rows::add);
    for (int i = 0; i < rows.size(); i++) {
      String key = rows.get(i).path("key").toString();
      if (i >= end.processed()) {
        unprocessed.add(key);
      } else if (refuses.test(key)) {
        failures.addObject().put("key", key).put("code", "BAD_ROW").put("field", "name");
      } else {
        successes.add(key);
        applied.merge(key, 1, Integer::sum);
      }
    }
  }
}
