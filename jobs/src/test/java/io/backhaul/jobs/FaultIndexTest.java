/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The faults that a run survives, and that each has its tests: one that is tagged {@code fault-N}
 * shows what becomes of case N, one that is tagged {@code twin-N} turns a protection off and shows
 * the damage. Reads the sources of all modules' tests.
 */
class FaultIndexTest {

  /** Case 1 first. */
  private static final List<String> TITLES =
      """
      the connection is refused, or nobody knows the host
      the connection is reset before the request is applied
      the request is applied and its answer lost
      the answer arrives after our timeout
      the server accepts and never answers
      the answer is cut short or broken
      a success without an answer: empty, HTML, not JSON
      the answer leaves records out, adds some, names one twice, or reorders them
      some records are applied, some rejected, some put off
      a throttle that says, well or badly, how long to wait
      a throttle without a hint, from all partitions at once
      five failed calls in a row, and four
      an outage of ten minutes
      credentials that stop working in the middle of a run
      a whole batch refused for one poison record
      a batch, or a record, with too many bytes
      a redirect to another host
      an answer that drips
      a kept connection that the peer has closed
      bulk: the answer to the submission is lost
      bulk: a crash between submission and poll
      bulk: the job fails or is aborted with a part of its results
      bulk: the job never ends, or nobody knows it
      the driver is killed
      a task dies and its second attempt succeeds
      a task dies as often as it may
      two attempts at one partition at once
      a run that sleeps past its lease
      two runs of one sync at once
      a stage is run again over a source that is not deterministic
      the disk is full
      a write fails, or a file is cut short or altered
      an Error inside a call
      a task is killed while it waits for an answer
      a clock that jumps, or differs from others
      configuration that changed between a crash and the restart
      a source that is empty or has shrunk
      keys that are null, blank or not unique
      hostile values
      an object whose schema changes between describe and write
      """
          .lines()
          .toList();

  private static final Pattern TAG = Pattern.compile("@Tag\\(\"(fault|twin)-(\\d+)\"\\)");
  private static final Pattern TEST =
      Pattern.compile("@(Test|ParameterizedTest|Property|Example)\\b.*");
  private static final Pattern METHOD = Pattern.compile("(?:static )?void (\\w+)\\(.*");

  private record Case(int number, String title) {
    @Override
    public String toString() {
      return number + ": " + title;
    }
  }

  /** From {@code fault-12} to the tests that carry it. */
  private static Map<String, List<String>> tests;

  @BeforeAll
  static void readTheSourcesOfAllTests() throws IOException {
    tests = new TreeMap<>();
    try (Stream<Path> modules = Files.list(Path.of(".."))) {
      for (Path sources : modules.map(module -> module.resolve("src/test/java")).toList()) {
        if (Files.isDirectory(sources)) {
          readAll(sources);
        }
      }
    }
  }

  private static void readAll(Path sources) throws IOException {
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        read(file.getFileName().toString().replace(".java", ""), Files.readAllLines(file));
      }
    }
  }

  /** Notes the tags that stand above a method, which must be a test. */
  private static void read(String type, List<String> lines) {
    List<String> tags = new ArrayList<>();
    boolean isTest = false;
    for (String line : lines) {
      String code = line.strip();
      Matcher tag = TAG.matcher(code);
      Matcher method = METHOD.matcher(code);
      if (tag.matches()) {
        tags.add(tag.group(1) + "-" + tag.group(2));
      } else if (TEST.matcher(code).matches()) {
        isTest = true;
      } else if (method.matches()) {
        String name = type + "." + method.group(1);
        assertThat(isTest || tags.isEmpty()).as(name + " is tagged " + tags + ", no test").isTrue();
        tags.forEach(each -> tests.computeIfAbsent(each, none -> new ArrayList<>()).add(name));
        tags.clear();
        isTest = false;
      }
    }
    assertThat(tags).as("tags in " + type + " that stand above no method").isEmpty();
  }

  static Stream<Case> cases() {
    return IntStream.rangeClosed(1, TITLES.size()).mapToObj(n -> new Case(n, TITLES.get(n - 1)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aTestShowsWhatBecomesOfEachFaultAndATwinWhatItWouldDo(Case each) {
    assertThat(tests.get("fault-" + each.number()))
        .as("no test is tagged fault-%d (%s)", each.number(), each.title())
        .isNotEmpty();
    assertThat(tests.get("twin-" + each.number()))
        .as("no test is tagged twin-%d: without the protection, %s", each.number(), each.title())
        .isNotEmpty();
  }

  @Test
  void thereAreFortyCasesAndNoTagNamesAnother() {
    assertThat(TITLES).hasSize(40).doesNotHaveDuplicates();
    assertThat(tests.keySet()).allMatch(tag -> TITLES.size() >= number(tag) && number(tag) > 0);
  }

  private static int number(String tag) {
    return Integer.parseInt(tag.substring(tag.indexOf('-') + 1));
  }
}
