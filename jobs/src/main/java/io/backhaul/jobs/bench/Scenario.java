/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

/** One benchmark. */
interface Scenario {

  /**
   * Measures.
   *
   * @throws WrongAnswerException if contenders do not agree
   */
  BenchResult run() throws Exception;
}
