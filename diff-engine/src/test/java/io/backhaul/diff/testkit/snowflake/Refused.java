/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.testkit.snowflake;

/** An error that the server answers with, under Snowflake's number and SQLSTATE. */
final class Refused extends Exception {

  private static final long serialVersionUID = 1L;

  private final int code;
  private final String state;

  Refused(int code, String state, String message) {
    super(message);
    this.code = code;
    this.state = state;
  }

  /** Whether it is about who asks rather than about what is asked. */
  boolean isOfSession() {
    return code >= 390_000;
  }

  int code() {
    return code;
  }

  String state() {
    return state;
  }
}
