/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Capabilities;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationProvider;
import io.backhaul.destination.config.DailyCalls;
import io.backhaul.destination.config.Key;
import io.backhaul.destination.config.Shape;
import io.backhaul.destination.http.Redactor;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** Reads a destination file and lets its provider say, without I/O, what it can do. */
final class DestinationReader {

  /** A destination file without problems. */
  record Checked(DestinationConfig config, Capabilities capabilities) {}

  private final List<DestinationProvider> providers;
  private final Secrets secrets;
  private final Tenant tenant;

  DestinationReader(List<DestinationProvider> providers, Secrets secrets, Tenant tenant) {
    this.providers = providers;
    this.secrets = tenant.within(secrets);
    this.tenant = tenant;
  }

  /** The destination, or empty if a problem was added instead. */
  Optional<Checked> read(ConfFiles.Entry entry, SpecProblems all) {
    SpecMarks marks = new SpecMarks(entry.shown());
    SpecProblems problems = new SpecProblems();
    Shape shape = FileShapes.destination(providers);
    ShapeReader reader = new ShapeReader(marks, secrets, problems);
    ObjectNode properties =
        YamlReader.read(entry.file(), marks, problems)
            .map(yaml -> reader.read(yaml, shape))
            .orElse(null);
    if (tenant.reach() != null && properties != null) {
      Checks checks = new Checks(marks, problems);
      checkHosts("", shape, properties, checks);
      checkType(properties.path("type").asText(""), checks);
    }
    Optional<Checked> checked = Optional.empty();
    if (problems.isEmpty()) {
      String type = properties.remove("type").textValue();
      checked =
          open(
              new DestinationConfig(entry.tenant(), entry.name(), type, properties, reader.named()),
              marks,
              problems);
    }
    all.addAll(problems.all());
    return checked;
  }

  /**
   * Brokers, JDBC urls, folders and free-form properties name places in ways that no list of hosts
   * covers.
   */
  private void checkType(String type, Checks checks) {
    providers.stream()
        .filter(provider -> provider.type().equals(type) && !provider.inspectable())
        .forEach(
            provider ->
                checks.problem(
                    "type",
                    tenant.reach().mayNot()
                        + " write to a destination of this type, whose place no list of hosts"
                        + " bounds; let them write to one that speaks HTTP"));
  }

  /** A vendor's own address, which no file names, is nobody's choice and needs no leave. */
  private void checkHosts(String path, Shape shape, JsonNode value, Checks checks) {
    if (shape instanceof Shape.Obj obj) {
      checkHosts(path, obj, value, checks);
    } else if (shape instanceof Shape.Variants variants) {
      variants.cases().stream()
          .filter(c -> c.word().equals(value.path(variants.tag()).textValue()))
          .forEach(c -> checkHosts(path, c.shape(), value, checks));
    } else if (shape instanceof Shape.Url) {
      URI url = URI.create(value.textValue());
      int usual = "https".equalsIgnoreCase(url.getScheme()) ? 443 : 80;
      int port = url.getPort() < 0 ? usual : url.getPort();
      if (url.getHost() == null || !tenant.reach().hosts().covers(url.getHost(), port)) {
        checks.problem(
            path, tenant.reach().mayNot() + " reach this host; " + tenant.reach().remedy("hosts"));
      }
    }
  }

  private void checkHosts(String path, Shape.Obj obj, JsonNode value, Checks checks) {
    for (Key key : obj.keys()) {
      String inner = path.isEmpty() ? key.name() : path + "." + key.name();
      if (value.has(key.name()) && checks.marks().has(inner)) {
        checkHosts(inner, key.shape(), value.get(key.name()), checks);
      }
    }
  }

  private Optional<Checked> open(DestinationConfig config, SpecMarks marks, SpecProblems problems) {
    DestinationProvider provider =
        providers.stream().filter(p -> p.type().equals(config.type())).findFirst().orElseThrow();
    try (Destination destination = provider.open(config, DeliveryContext.system())) {
      checkZone(config, marks, problems);
      return problems.isEmpty()
          ? Optional.of(new Checked(config, destination.capabilities()))
          : Optional.empty();
    } catch (DestinationException | IllegalArgumentException e) {
      Redactor redactor = Redactor.of(List.of()).withSecrets(config.secrets());
      problems.add(marks.problem("", redactor.redact(String.valueOf(e.getMessage()))));
      return Optional.empty();
    }
  }

  private static void checkZone(DestinationConfig config, SpecMarks marks, SpecProblems problems) {
    try {
      DailyCalls.read(config.properties());
    } catch (IllegalArgumentException e) {
      problems.add(marks.problem("rate.day_zone", e.getMessage()));
    }
  }
}
