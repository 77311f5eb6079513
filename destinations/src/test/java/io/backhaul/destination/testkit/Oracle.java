/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.testkit;

import io.backhaul.destination.Change;
import io.backhaul.destination.Op;
import io.backhaul.destination.sandbox.RequestLedger;
import io.backhaul.destination.send.BatchOutcome;
import io.backhaul.destination.send.Outcome;
import io.backhaul.destination.send.RecordOutcome;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Judges a run from three independent accounts: what was planned, what the destination's ledger
 * says happened, and what the sender reported. It knows nothing of how records are sent.
 */
public final class Oracle {

  /**
   * What is wrong; names are the destination's. All sets are empty after a faultless run.
   *
   * @param missing planned, never applied, and nobody says why
   * @param duplicate applied more than once
   * @param phantom applied although nobody planned it
   * @param wrongFinalValue last applied with another operation or other fields than planned
   * @param reportedButNotApplied reported applied, but the destination never did
   * @param appliedButDenied reported rejected, although the destination applied it
   * @param repeated arrived again after a request that may have applied them, as far as the sender
   *     could know: one that did, or whose answer was lost or said nothing of it
   * @param applied how many planned records the destination applied
   */
  public record Report(
      Set<String> missing,
      Set<String> duplicate,
      Set<String> phantom,
      Set<String> wrongFinalValue,
      Set<String> reportedButNotApplied,
      Set<String> appliedButDenied,
      Set<String> repeated,
      int applied) {

    /** Whether the promise held; duplicates are listed apart, see {@link #exactlyOnce}. */
    public boolean atLeastOnce() {
      return missing.isEmpty() && honest();
    }

    /**
     * Whether nothing was applied twice, nor sent again after it may have been; what is missing is
     * listed apart.
     */
    public boolean atMostOnce() {
      return duplicate.isEmpty() && repeated.isEmpty() && honest();
    }

    private boolean honest() {
      return phantom.isEmpty()
          && wrongFinalValue.isEmpty()
          && reportedButNotApplied.isEmpty()
          && appliedButDenied.isEmpty();
    }

    /** Whether the promise held and nothing was applied twice. */
    public boolean exactlyOnce() {
      return atLeastOnce() && duplicate.isEmpty();
    }
  }

  private final Map<String, Change> plan = new LinkedHashMap<>();
  private final Map<String, String> nameOfKey = new HashMap<>();
  private final Function<Change, String> valueOf;

  private Oracle(Function<Change, String> valueOf) {
    this.valueOf = valueOf;
  }

  /**
   * @param nameOf how the destination names the record of a change
   * @param valueOf the fields of a change in canonical form, as the destination would store them
   */
  public static Oracle of(
      Collection<Change> plan, Function<Change, String> nameOf, Function<Change, String> valueOf) {
    Oracle oracle = new Oracle(valueOf);
    for (Change change : plan) {
      String name = nameOf.apply(change);
      oracle.nameOfKey.put(change.key(), name);
      if (oracle.plan.put(name, change) != null) {
        throw new IllegalArgumentException("the plan holds two changes for " + name);
      }
    }
    return oracle;
  }

  /**
   * Compares.
   *
   * @param atLeast how many records must have been applied at the least, so that a run that did
   *     nothing cannot pass
   * @throws AssertionError if fewer were applied
   */
  public Report judge(List<RequestLedger.Entry> ledger, List<BatchOutcome> outcomes, int atLeast) {
    Map<String, Outcome> reported = new HashMap<>();
    for (BatchOutcome batch : outcomes) {
      for (RecordOutcome outcome : batch.outcomes()) {
        reported.put(nameOfKey.getOrDefault(outcome.key(), outcome.key()), outcome.outcome());
      }
    }
    Map<String, Integer> times = new HashMap<>();
    Map<String, RequestLedger.Written> last = new HashMap<>();
    applied(ledger)
        .forEach(
            written -> {
              times.merge(written.name(), 1, Integer::sum);
              last.put(written.name(), written);
            });
    Set<String> missing = new TreeSet<>(plan.keySet());
    missing.removeAll(times.keySet());
    missing.removeIf(name -> reported.containsKey(name) && reported.get(name) != Outcome.APPLIED);
    Set<String> duplicate = new TreeSet<>();
    times.forEach(
        (name, count) -> {
          if (count > 1) {
            duplicate.add(name);
          }
        });
    Set<String> phantom = new TreeSet<>(times.keySet());
    phantom.removeAll(plan.keySet());
    Set<String> wrong = new TreeSet<>();
    last.forEach(
        (name, written) -> {
          if (plan.containsKey(name) && !carries(plan.get(name), written)) {
            wrong.add(name);
          }
        });
    int applied = times.size() - phantom.size();
    if (plan.isEmpty() || applied < atLeast) {
      throw new AssertionError(
          "a vacuous run: " + applied + " of " + plan.size() + " planned records were applied");
    }
    return new Report(
        missing,
        duplicate,
        phantom,
        wrong,
        named(reported, Outcome.APPLIED, name -> !times.containsKey(name)),
        named(reported, Outcome.REJECTED, times::containsKey),
        repeated(ledger),
        applied);
  }

  private static Set<String> repeated(List<RequestLedger.Entry> ledger) {
    Set<String> maybeApplied = new HashSet<>();
    Set<String> repeated = new TreeSet<>();
    for (RequestLedger.Entry entry : ledger) {
      boolean silent = !entry.answered() || (entry.status() >= 500 && entry.status() != 503);
      for (RequestLedger.Written written : entry.written()) {
        if (maybeApplied.contains(written.name())) {
          repeated.add(written.name());
        }
        if (silent || written.applied()) {
          maybeApplied.add(written.name());
        }
      }
    }
    return repeated;
  }

  private static Stream<RequestLedger.Written> applied(List<RequestLedger.Entry> ledger) {
    return ledger.stream()
        .flatMap(entry -> entry.written().stream())
        .filter(RequestLedger.Written::applied);
  }

  private boolean carries(Change planned, RequestLedger.Written written) {
    String value = planned.op() == Op.DELETE ? "" : RequestLedger.hash(valueOf.apply(planned));
    return planned.op().wireName().equals(written.op()) && value.equals(written.valueHash());
  }

  private static Set<String> named(
      Map<String, Outcome> reported, Outcome outcome, Predicate<String> which) {
    Set<String> names = new TreeSet<>();
    reported.forEach(
        (name, said) -> {
          if (said == outcome && which.test(name)) {
            names.add(name);
          }
        });
    return names;
  }
}
