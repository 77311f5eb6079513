/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.config.Key;
import org.junit.jupiter.api.Test;

class ProvidersTest {

  @Test
  void everyTypeIsFoundByItsName() {
    assertThat(Providers.all()).containsKeys("census", "http", "hubspot", "iterable", "slack");
    assertThat(Providers.of("http").orElseThrow().type()).isEqualTo("http");
    assertThat(Providers.of("fax")).isEmpty();
  }

  @Test
  void everyKeyOfEveryTypeIsDocumentedAndNamedOnce() {
    Providers.all()
        .values()
        .forEach(
            provider -> {
              assertThat(provider.shape().keys())
                  .extracting(Key::name)
                  .doesNotHaveDuplicates()
                  .doesNotContain("type")
                  .allMatch(name -> name.matches("[a-z][a-z_]*"));
              assertThat(provider.shape().keys()).allMatch(key -> key.doc().endsWith("."));
            });
  }
}
