/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One wire format that the sandbox speaks: reads write requests and words their answers. */
interface SandboxApi {

  /**
   * One record of a write request.
   *
   * @param name how the store knows it
   * @param fields raw JSON object, {@code ""} for a delete
   * @param watched text of the fields that rejections look at
   * @param mark what the answer names it by
   */
  record Incoming(String name, String fields, Map<String, String> watched, String mark) {}

  /**
   * A write request.
   *
   * @param refusal status by which one refused record refuses all of them, or 0 where it does not
   */
  record Posted(String object, String op, List<Incoming> records, int refusal) {

    boolean strict() {
      return refusal != 0;
    }
  }

  /**
   * What became of one record; {@code status} is {@code applied}, {@code rejected} or {@code
   * retry}.
   */
  record Result(
      Incoming record,
      String status,
      String id,
      boolean created,
      String code,
      String field,
      String message) {

    boolean applied() {
      return status.equals("applied");
    }
  }

  /** A request that is not one; nothing was applied. */
  final class BadRequest extends Exception {
    private static final long serialVersionUID = 1L;

    BadRequest(String message) {
      super(message);
    }
  }

  /**
   * Reads a write request.
   *
   * @param watch names of the fields to take note of
   */
  Posted read(WireRequest request, Set<String> watch) throws IOException, BadRequest;

  /** The answer to a request that was processed. */
  WireReply answer(Posted posted, List<Result> results);

  /** The answer to a request that was refused as a whole. */
  WireReply refusal(int status, String code, String field, String message);
}
