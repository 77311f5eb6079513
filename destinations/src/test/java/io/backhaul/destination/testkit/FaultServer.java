/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.testkit;

import io.backhaul.destination.sandbox.Fate;
import io.backhaul.destination.sandbox.LoopbackHttp;
import io.backhaul.destination.sandbox.Manner;
import io.backhaul.destination.sandbox.RequestLedger;
import io.backhaul.destination.sandbox.WireReply;
import io.backhaul.destination.sandbox.WireRequest;
import io.backhaul.destination.testkit.FakeApi.Carried;
import io.backhaul.destination.testkit.FakeApi.Verdict;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A stateful vendor on 127.0.0.1 to which anything can happen: every write request meets a {@link
 * Fate}, every record a {@link Verdict}, and its {@link #ledger} tells what truly happened.
 *
 * <p>Thread-safe; requests are applied one at a time, in the order of the ledger.
 */
public final class FaultServer implements AutoCloseable {

  /** Chooses what happens to the {@code n}th write request, counted from 1. */
  @FunctionalInterface
  public interface Fates {
    Fate of(long n, WireRequest request);
  }

  private final FakeApi api;
  private final RequestLedger ledger = RequestLedger.complete();
  private final Map<String, String> store = new ConcurrentHashMap<>();
  private final Map<String, WireReply> answered = new ConcurrentHashMap<>();
  private final List<WireRequest> requests = new ArrayList<>();
  private final LoopbackHttp http;
  private volatile Fates fates = (n, request) -> Fate.OK;
  private volatile Function<Carried, Verdict> judge = Verdict::applied;
  private volatile UnaryOperator<List<Verdict>> retold = UnaryOperator.identity();
  private volatile boolean rememberKeys = true;
  private volatile boolean allOrNothing;

  private FaultServer(FakeApi api) {
    this.api = api;
    this.http = LoopbackHttp.start(0, this::handle);
  }

  public static FaultServer start(FakeApi api) {
    return new FaultServer(api);
  }

  public URI url() {
    return http.url();
  }

  /** From now on each write request meets what {@code newFates} says. */
  public FaultServer fates(Fates newFates) {
    fates = newFates;
    return this;
  }

  /** The next write requests meet these fates in turn, all later ones {@link Fate#OK}. */
  public FaultServer next(Fate... queue) {
    long first = ledger.arrivals();
    return fates(
        (n, request) -> n - first <= queue.length ? queue[(int) (n - first) - 1] : Fate.OK);
  }

  /** From now on each record gets this verdict. */
  public FaultServer judge(Function<Carried, Verdict> newJudge) {
    judge = newJudge;
    return this;
  }

  /** From now on the answer tells these verdicts instead of the true ones. */
  public FaultServer retold(UnaryOperator<List<Verdict>> change) {
    retold = change;
    return this;
  }

  /** From now on one rejected record refuses its whole request with 400. */
  public FaultServer allOrNothing() {
    allOrNothing = true;
    return this;
  }

  /** From now on idempotency keys mean nothing: the twin of a test that relies on them. */
  public FaultServer forgetKeys() {
    rememberKeys = false;
    return this;
  }

  /** What truly happened. */
  public RequestLedger ledger() {
    return ledger;
  }

  /** Name to the value last applied. */
  public Map<String, String> store() {
    return Map.copyOf(store);
  }

  /** Every request that arrived, writes and others, in order. */
  public List<WireRequest> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  public int connections() {
    return http.accepted();
  }

  /** Lets hanging answers go. */
  public void release() {
    http.release();
  }

  @Override
  public void close() {
    http.close();
  }

  private WireReply handle(WireRequest request) {
    synchronized (requests) {
      requests.add(request);
      Optional<List<Carried>> carried = api.read(request);
      return carried.isPresent() ? write(request, carried.get()) : api.other(request);
    }
  }

  private WireReply write(WireRequest request, List<Carried> carried) {
    long number = ledger.arrive();
    Fate fate = fates.of(number, request);
    String key = request.header("Idempotency-Key").orElse("");
    WireReply first = rememberKeys && !key.isEmpty() ? answered.get(key) : null;
    boolean replayed = first != null && fate.apply();
    List<Verdict> verdicts = carried.stream().map(judge).toList();
    boolean refused =
        allOrNothing && verdicts.stream().anyMatch(v -> v.kind() != Verdict.Kind.APPLIED);
    boolean applies = fate.apply() && !replayed && !refused;
    List<RequestLedger.Written> written = new ArrayList<>();
    for (Verdict verdict : verdicts) {
      boolean applied = applies && verdict.kind() == Verdict.Kind.APPLIED;
      Carried record = verdict.record();
      String hash = record.value().isEmpty() ? "" : RequestLedger.hash(record.value());
      written.add(new RequestLedger.Written(record.name(), record.op(), hash, applied));
      if (applied && record.op().equals("delete")) {
        store.remove(record.name());
      } else if (applied) {
        store.put(record.name(), record.value());
      }
    }
    WireReply own =
        replayed
            ? first
            : refused ? refusal(verdicts) : api.answer(request, retold.apply(verdicts));
    if (applies && !key.isEmpty()) {
      answered.put(key, own);
    }
    WireReply reply = fate.reply(own);
    int rejected = (int) verdicts.stream().filter(v -> v.kind() == Verdict.Kind.REJECTED).count();
    ledger.add(
        new RequestLedger.Entry(
            number,
            request.path(),
            key,
            RequestLedger.hash(request.body()),
            carried.size(),
            (int) written.stream().filter(RequestLedger.Written::applied).count(),
            rejected,
            replayed,
            reply.status(),
            fate.manner() == Manner.WHOLE || fate.manner() == Manner.WHOLE_THEN_CLOSE,
            written));
    return reply;
  }

  private WireReply refusal(List<Verdict> verdicts) {
    Verdict first =
        verdicts.stream().filter(v -> v.kind() != Verdict.Kind.APPLIED).findFirst().orElseThrow();
    return api.refusal(400, first.code(), first.field(), first.message());
  }
}
