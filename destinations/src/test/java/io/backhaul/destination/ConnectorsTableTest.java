/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.Profile.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * {@code CONNECTORS.md} says what the connectors say of themselves. {@code
 * -Dbackhaul.connectors.print=true} writes it anew.
 */
class ConnectorsTableTest {

  private static final Path TABLE = Path.of("CONNECTORS.md");

  @Test
  void theTableIsWhatTheConnectorsSay() throws IOException {
    String printed = printed();
    if (Boolean.getBoolean("backhaul.connectors.print")) {
      Files.writeString(TABLE, printed);
    }
    assertThat(Files.readString(TABLE)).isEqualTo(printed);
  }

  @Test
  void everyConnectorHasAPageAndSaysWhatItDoes() {
    for (DestinationProvider provider : Providers.all().values()) {
      String type = provider.type();
      assertThat(Path.of("docs", type + ".md")).as(type).isRegularFile();
      Profile profile = provider.profile();
      assertThat(profile.objects()).as(type).isNotEmpty();
      Set<Op> ops = capabilities(provider).ops();
      Set<Op> told =
          profile.objects().stream()
              .flatMap(target -> target.ops().stream())
              .collect(Collectors.toSet());
      assertThat(told).as("operations of " + type).isEqualTo(ops);
      assertThat(profile.deletes().isEmpty()).as(type).isEqualTo(!ops.contains(Op.DELETE));
    }
  }

  private static Capabilities capabilities(DestinationProvider provider) {
    DestinationConfig config =
        new DestinationConfig("acme", "sample", provider.type(), provider.sample());
    try (Destination destination = provider.open(config, DeliveryContext.system())) {
      return destination.capabilities();
    }
  }

  private static String printed() {
    List<String> lines = new ArrayList<>();
    lines.add("# Connectors");
    lines.add("");
    lines.add(
        "What each type of destination does, as `backhaul connector list` tells it. Limits are"
            + " those a file starts from; `batch:` and `rate:` change them.");
    lines.add("");
    lines.add(
        "| type | records, bytes a request | requests/s, at once | results | ids back | jobs |"
            + " schema | probe | safe to repeat inserts |");
    lines.add("|---|---|---|---|---|---|---|---|---|");
    Providers.all().values().forEach(provider -> lines.add(line(provider)));
    lines.add("");
    lines.add("| type | object | operations | records | |");
    lines.add("|---|---|---|---|---|");
    for (DestinationProvider provider : Providers.all().values()) {
      for (Target target : provider.profile().objects()) {
        lines.add(
            "| `%s` | `%s` | %s | %,d | %s |"
                .formatted(
                    provider.type(),
                    target.name(),
                    ops(target.ops()),
                    target.maxRecords(),
                    target.note()));
      }
    }
    lines.add("");
    lines.add("| type | a delete | a null |");
    lines.add("|---|---|---|");
    for (DestinationProvider provider : Providers.all().values()) {
      Profile profile = provider.profile();
      lines.add(
          "| `%s` | %s | %s |"
              .formatted(
                  provider.type(),
                  profile.deletes().isEmpty() ? "is refused" : profile.deletes(),
                  profile.nulls()));
    }
    return String.join("\n", lines) + "\n";
  }

  private static String line(DestinationProvider provider) {
    Profile profile = provider.profile();
    Capabilities can = capabilities(provider);
    return String.format(
        Locale.ROOT,
        "| [`%s`](docs/%s.md) %s | %,d, %s | %s, %d | %s | %s | %s | %s | %s | %s |",
        provider.type(),
        provider.type(),
        profile.title(),
        can.maxRecords(),
        bytes(can.maxBytes()),
        rate(can.requestsPerSecond()),
        can.concurrency(),
        profile.resultsPerRecord() ? "per record" : "per request",
        yes(profile.returnsIds()),
        yes(profile.asynchronous()),
        yes(profile.describes()),
        yes(profile.probes()),
        yes(can.idempotencyKeys()));
  }

  private static String yes(boolean holds) {
    return holds ? "yes" : "";
  }

  private static String ops(Set<Op> ops) {
    return ops.stream().sorted().map(Op::wireName).collect(Collectors.joining(", "));
  }

  private static String bytes(long bytes) {
    return bytes % (1 << 20) == 0 ? bytes / (1 << 20) + " MB" : bytes / 1024 + " KB";
  }

  private static String rate(double perSecond) {
    return perSecond == Math.rint(perSecond)
        ? Long.toString((long) perSecond)
        : Double.toString(perSecond);
  }
}
