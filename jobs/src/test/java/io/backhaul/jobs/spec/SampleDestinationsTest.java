/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationProvider;
import io.backhaul.destination.Providers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each file in {@code conf/samples/destinations} is right, and each connector has one. */
class SampleDestinationsTest {

  private static final Path SAMPLES = Path.of("../conf/samples/destinations");

  /** Of this module's tests. */
  private static final Set<String> TEST_TYPES = Set.of("bulk", "crm", "mishap");

  static List<Path> samples() throws IOException {
    try (Stream<Path> files = Files.list(SAMPLES)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  private static DestinationConfig read(Path sample) {
    return DestinationFile.read(sample, Providers.all().values(), Secrets.of(Map.of()).orMadeUp());
  }

  @ParameterizedTest
  @MethodSource("samples")
  void aSampleOpensWithSecretsThatAreMadeUp(Path sample) {
    DestinationConfig config = read(sample);

    DestinationProvider provider = Providers.of(config.type()).orElseThrow();
    try (Destination destination = provider.open(config, DeliveryContext.system())) {
      assertThat(destination.capabilities().ops()).isNotEmpty();
    }
  }

  @Test
  void everyConnectorHasASample() throws IOException {
    Set<String> sampled = new TreeSet<>();
    for (Path sample : samples()) {
      sampled.add(read(sample).type());
    }
    Set<String> types = new TreeSet<>(Providers.all().keySet());
    types.removeAll(TEST_TYPES);
    assertThat(sampled).isEqualTo(types);
  }
}
