/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import io.backhaul.jobs.sync.RunReport;
import java.util.LinkedHashMap;
import java.util.Map;

/** How a command ends, for the script that called it. */
enum ExitCode {
  DONE(0, "done"),
  WRONG_CONFIG(1, "the configuration or the command line is wrong; nothing was read or sent"),
  FAILED(2, "the run failed"),
  DEFERRED(3, "the run ended, or was cancelled, with rows that the next run has to take up"),
  STOPPED(4, "a guard stopped the run"),
  HELD(5, "another run holds the sync");

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  int code() {
    return code;
  }

  /** All of them, for the help: code to meaning. */
  static Map<String, String> meanings() {
    Map<String, String> meanings = new LinkedHashMap<>();
    for (ExitCode one : values()) {
      meanings.put(Integer.toString(one.code), one.meaning);
    }
    return meanings;
  }

  /** The one that says how this run ended. */
  static ExitCode of(RunReport report) {
    return switch (report.status()) {
      case SUCCEEDED -> DONE;
      case PARTIAL -> report.unfinished() ? DEFERRED : DONE;
      case FAILED -> FAILED;
      case STOPPED -> STOPPED;
      case SKIPPED -> HELD;
    };
  }
}
