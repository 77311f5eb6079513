/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.klaviyo;

import io.backhaul.destination.DestinationException;
import io.backhaul.destination.Op;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An object of Klaviyo's.
 *
 * @param kind which of them
 * @param name of a list its id, of events their metric or {@code null} where each record names its
 *     own
 */
record KlaviyoObject(Kind kind, String name) {

  /** What can be done with each, and how many go into one call. */
  enum Kind {
    PROFILES("profiles", Set.of(Op.UPSERT, Op.DELETE), 10_000),
    EVENTS("events", Set.of(Op.INSERT), 1),
    LISTS("lists/<id>", Set.of(Op.UPSERT, Op.DELETE), 1_000);

    private final String written;
    private final Set<Op> ops;
    private final int maxRecords;

    Kind(String written, Set<Op> ops, int maxRecords) {
      this.written = written;
      this.ops = Set.copyOf(ops);
      this.maxRecords = maxRecords;
    }

    String written() {
      return written;
    }

    Set<Op> ops() {
      return ops;
    }

    int maxRecords() {
      return maxRecords;
    }
  }

  private static final Pattern LIST = Pattern.compile("lists/([A-Za-z0-9]{1,80})");
  private static final Pattern METRIC = Pattern.compile("events/(.{1,127})");

  /**
   * The object of that name.
   *
   * @throws DestinationException (refused) if Klaviyo has none
   */
  static KlaviyoObject of(String object) {
    if (object.equals("profiles")) {
      return new KlaviyoObject(Kind.PROFILES, null);
    }
    if (object.equals("events")) {
      return new KlaviyoObject(Kind.EVENTS, null);
    }
    Matcher list = LIST.matcher(object);
    if (list.matches()) {
      return new KlaviyoObject(Kind.LISTS, list.group(1));
    }
    Matcher metric = METRIC.matcher(object);
    if (metric.matches()) {
      return new KlaviyoObject(Kind.EVENTS, metric.group(1));
    }
    throw DestinationException.refused(
        "OBJECT_UNKNOWN",
        0,
        "'" + object + "' is no object of Klaviyo: profiles, events, events/<metric>, lists/<id>");
  }

  /**
   * Passes an operation that Klaviyo has for it.
   *
   * @throws DestinationException (refused) if it has not
   */
  void admit(Op op) {
    if (!kind.ops().contains(op)) {
      String offered =
          new TreeSet<>(kind.ops()).stream().map(Op::wireName).collect(Collectors.joining(", "));
      throw DestinationException.refused(
          "OP_NOT_OFFERED",
          0,
          "there is no " + op.wireName() + " of " + kind.written() + " here, only " + offered);
    }
  }
}
