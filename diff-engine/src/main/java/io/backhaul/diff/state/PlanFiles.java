/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.state;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/**
 * The files that a plan was written to, each of them delivered whole in one partition, in an order
 * that reading gives each time: whoever has them need not shuffle and sort the plan again. They
 * hold the plan for as long as its run lives, whatever becomes of the table, because a file is
 * never changed and stays for days after the table's log has dropped it.
 *
 * @param partitions that the plan is delivered in
 * @param byKey whether partitions and order follow from the keys, so that a reader without the
 *     files finds the same
 * @param byPartition absolute paths, in the order of delivery; a partition without rows has none
 */
record PlanFiles(
    String runId, int partitions, boolean byKey, SortedMap<Integer, List<String>> byPartition) {

  /** Spark's file names begin with the number of the task that wrote them. */
  private static final Pattern NAME = Pattern.compile("part-(\\d{5,})-[^/]*");

  /** What Hadoop would take for a pattern where a path is meant. */
  private static final Pattern GLOB = Pattern.compile("[{}\\[\\]*?\\\\]");

  /** Each is read on its own, and a plan of more parts takes long to make. */
  private static final int MOST = 500;

  /** A partition may be so many times as large as they are on average. */
  private static final double UNEVEN = 1.25;

  PlanFiles {
    byPartition = new TreeMap<>(byPartition);
  }

  /** A file of a plan by its absolute path. */
  record Written(String path, long bytes) {}

  /**
   * The files of a plan whose tasks wrote one each, a task a partition.
   *
   * @param written all files of the plan
   * @return empty if these are not one a partition: something divided or rewrote them
   */
  static Optional<PlanFiles> oneEach(String runId, int partitions, List<Written> written) {
    SortedMap<Integer, List<String>> byPartition = new TreeMap<>();
    for (Written file : written) {
      Matcher name = NAME.matcher(file.path().substring(file.path().lastIndexOf('/') + 1));
      if (!name.matches() || GLOB.matcher(file.path()).find()) {
        return Optional.empty();
      }
      int partition = Integer.parseInt(name.group(1));
      if (partition >= partitions || byPartition.put(partition, List.of(file.path())) != null) {
        return Optional.empty();
      }
    }
    return Optional.of(new PlanFiles(runId, partitions, true, byPartition));
  }

  /**
   * The files of a plan as its tasks wrote them, shared out among partitions, the largest first.
   *
   * @return empty if partitions would differ much in size, or if there are too many files
   */
  static Optional<PlanFiles> sharedOut(String runId, int partitions, List<Written> written) {
    if (written.isEmpty()
        || written.size() > MOST
        || written.stream().anyMatch(file -> GLOB.matcher(file.path()).find())) {
      return Optional.empty();
    }
    List<Written> largestFirst = new ArrayList<>(written);
    largestFirst.sort(
        Comparator.comparingLong(Written::bytes).reversed().thenComparing(Written::path));
    long[] bytes = new long[partitions];
    SortedMap<Integer, List<String>> byPartition = new TreeMap<>();
    for (Written file : largestFirst) {
      int least = 0;
      for (int partition = 1; partition < partitions; partition++) {
        least = bytes[partition] < bytes[least] ? partition : least;
      }
      bytes[least] += file.bytes();
      byPartition.computeIfAbsent(least, any -> new ArrayList<>()).add(file.path());
    }
    byPartition.values().forEach(paths -> paths.sort(Comparator.naturalOrder()));
    LongSummaryStatistics sizes = LongStream.of(bytes).summaryStatistics();
    return sizes.getMax() > UNEVEN * sizes.getAverage()
        ? Optional.empty()
        : Optional.of(new PlanFiles(runId, partitions, false, byPartition));
  }
}
