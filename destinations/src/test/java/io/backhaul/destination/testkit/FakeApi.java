/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.testkit;

import io.backhaul.destination.sandbox.WireReply;
import io.backhaul.destination.sandbox.WireRequest;
import java.util.List;
import java.util.Optional;

/**
 * One vendor's wire format, spoken from the vendor's side: reads requests, words answers, decides
 * nothing. Shares no code with the connector it is the counterpart of. Thread-safe.
 */
public interface FakeApi {

  /**
   * One record of a write request.
   *
   * @param name how the destination knows the record, for example its e-mail address
   * @param op wire name of the operation
   * @param value the fields it carries as JSON in canonical form ({@link Canonical}), as the vendor
   *     would store them; {@code ""} for a delete
   * @param mark what the answer must name it by: a key, a trace id, a position
   */
  record Carried(String name, String op, String value, String mark) {}

  /** What the vendor decided on one record. */
  record Verdict(Carried record, Kind kind, String code, String field, String message) {

    /** The three things a vendor can do with a record. */
    public enum Kind {
      APPLIED,
      REJECTED,
      RETRY
    }

    public static Verdict applied(Carried record) {
      return new Verdict(record, Kind.APPLIED, null, null, null);
    }

    public static Verdict rejected(Carried record, String code, String field, String message) {
      return new Verdict(record, Kind.REJECTED, code, field, message);
    }

    public static Verdict retry(Carried record, String code) {
      return new Verdict(record, Kind.RETRY, code, null, "busy, come again");
    }
  }

  /** Records of a write request; empty if the request writes nothing, as a describe does. */
  Optional<List<Carried>> read(WireRequest request);

  /** The answer to a request that {@link #read} found nothing to write in. */
  WireReply other(WireRequest request);

  /** The answer that gives each record its verdict. */
  WireReply answer(WireRequest request, List<Verdict> verdicts);

  /** The vendor's way to refuse a whole request. */
  WireReply refusal(int status, String code, String field, String message);
}
