/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

/**
 * What is logged, set before the first logger is made: warnings without stack traces, or with
 * {@code -v} also what each run does, and where errors come from. Under {@code spark-submit} the
 * cluster has decided already and this changes nothing.
 */
final class Logs {

  private static final String CONFIGURATION = "log4j2.configurationFile";
  private static final String OWN = "classpath:io/backhaul/jobs/cli/log4j2.properties";
  private static final String LEVEL = "backhaul.log.level";
  private static final String CIRCUITS = "backhaul.log.circuits";
  private static final String STACK = "backhaul.log.stack";

  private Logs() {}

  static void configure(boolean verbose) {
    if (System.getProperty(CONFIGURATION) == null) {
      System.setProperty(CONFIGURATION, OWN);
    }
    System.setProperty(LEVEL, verbose ? "info" : "warn");
    System.setProperty(STACK, verbose ? "full" : "none");
  }

  /** For what opens and closes thousands of them; to be called before the first logger is made. */
  static void leaveCircuitsOut() {
    System.setProperty(CIRCUITS, "off");
  }

  static boolean verbose() {
    return "info".equals(System.getProperty(LEVEL));
  }
}
