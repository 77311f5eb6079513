/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.util.Objects;
import java.util.Set;

/**
 * One checked destination file. Serializable, because it travels to executors; its text form shows
 * no property, because properties hold resolved secrets.
 *
 * @param tenant whose it is
 * @param name the file's name without its ending
 * @param type which provider opens it
 * @param properties the file's keys as the provider's {@link DestinationProvider#shape()}
 *     canonicalises them: defaults filled in, durations in milliseconds, sizes in bytes, secrets
 *     resolved
 * @param secrets what the file's references named; must not appear in any message
 */
public record DestinationConfig(
    String tenant, String name, String type, ObjectNode properties, Set<String> secrets)
    implements Serializable {

  public DestinationConfig {
    Objects.requireNonNull(tenant, "tenant");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(properties, "properties");
    secrets = Set.copyOf(secrets);
  }

  /** A file that names no secret. */
  public DestinationConfig(String tenant, String name, String type, ObjectNode properties) {
    this(tenant, name, type, properties, Set.of());
  }

  @Override
  public String toString() {
    return "DestinationConfig[" + tenant + "/" + name + ", " + type + "]";
  }
}
