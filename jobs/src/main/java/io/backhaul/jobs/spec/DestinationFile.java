/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** One destination file by itself, wherever it lies. */
public final class DestinationFile {

  private DestinationFile() {}

  /**
   * Reads and checks it.
   *
   * @throws SpecException if anything is wrong with it
   */
  public static DestinationConfig read(
      Path file, Collection<DestinationProvider> providers, Secrets secrets) {
    SpecProblems problems = new SpecProblems();
    if (!Files.isRegularFile(file)) {
      problems.add(new SpecProblem(file.toString(), 0, 0, "", "there is no such file", null));
      problems.throwIfAny();
    }
    String name = file.getFileName().toString().replaceFirst("\\.ya?ml$", "");
    ConfFiles.Entry entry = new ConfFiles.Entry("inspected", name, file, file.toString());
    Optional<DestinationReader.Checked> checked =
        new DestinationReader(List.copyOf(providers), secrets, Tenant.ALONE).read(entry, problems);
    problems.throwIfAny();
    return checked.orElseThrow().config();
  }
}
