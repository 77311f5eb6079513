/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec.dbt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Reads JSON files of dbt's. */
final class DbtFiles {

  private static final ObjectMapper JSON = new ObjectMapper();

  private DbtFiles() {}

  /**
   * What the file holds, or empty if there is none.
   *
   * @throws DbtException if it cannot be read
   */
  static Optional<JsonNode> read(Path file) throws DbtException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readTree(file.toFile()));
    } catch (JsonProcessingException e) {
      throw new DbtException(file + " is not JSON, or dbt is writing it; let dbt end first");
    } catch (IOException e) {
      throw new DbtException(
          file + " cannot be read (" + e.getClass().getSimpleName() + "); check who may read it");
    }
  }
}
