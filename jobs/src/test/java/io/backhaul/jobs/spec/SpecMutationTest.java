/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

class SpecMutationTest {

  private static final List<String> PIECES =
      List.of(
          "\t",
          "\n",
          ":",
          ": ",
          "- ",
          "{",
          "}",
          "[",
          "]",
          "\"",
          "'",
          "*a",
          "&a ",
          "!",
          "!!int ",
          "%",
          "@",
          "|",
          ">",
          "#",
          "?",
          ",",
          "~",
          "null",
          "<<: *a",
          "---\n",
          "...\n",
          "\u0000",
          "\uFEFF",
          "\uD83D\uDE00",
          "\\",
          "${",
          "${env:",
          "0x",
          ".inf",
          "-0",
          "1e999",
          "  ",
          "true",
          "\r",
          "\u2028");

  private static Path folder;

  @BeforeContainer
  static void makeFolder() throws IOException {
    folder = Files.createTempDirectory("mutations");
  }

  @AfterContainer
  static void removeFolder() throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path path : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(path);
      }
    }
  }

  @Property(tries = 3000)
  void whateverAFileHoldsTheAnswerIsASpecOrItsProblems(
      @ForAll @IntRange(min = 0, max = 2) int file,
      @ForAll @IntRange(min = 1, max = 6) int slips,
      @ForAll long seed) {
    Conf conf = new Conf(folder);
    List<String> names =
        List.of("backhaul.yaml", "destinations/acme/crm.yaml", "syncs/acme/contacts.yaml");
    List<String> good = List.of(Conf.BACKHAUL, Conf.CRM, Conf.CONTACTS);
    conf.write(names.get(file), mutate(good.get(file), slips, new Random(seed)));

    List<SpecProblem> problems = conf.problems();

    assertThat(problems)
        .allSatisfy(
            problem -> {
              assertThat(problem.message()).isNotBlank().doesNotContain("\n");
              assertThat(problem.toString()).doesNotContain(Conf.TOKEN);
            });
  }

  private static byte[] mutate(String text, int slips, Random random) {
    StringBuilder mutated = new StringBuilder(text);
    for (int i = 0; i < slips; i++) {
      int at = random.nextInt(mutated.length() + 1);
      int end = Math.min(mutated.length(), at + random.nextInt(12));
      switch (random.nextInt(4)) {
        case 0 -> mutated.delete(at, end);
        case 1 -> mutated.insert(at, mutated.substring(at, end));
        case 2 -> mutated.insert(at, PIECES.get(random.nextInt(PIECES.size())));
        default -> mutated.replace(at, end, PIECES.get(random.nextInt(PIECES.size())));
      }
    }
    byte[] bytes = mutated.toString().getBytes(StandardCharsets.UTF_8);
    if (bytes.length > 0 && random.nextInt(10) == 0) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }
}
