/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.salesforce;

import io.backhaul.destination.Change;
import io.backhaul.destination.testkit.Canonical;
import io.backhaul.destination.testkit.FakeApi;

class CollectionsContractTest extends SalesforceContract {

  @Override
  String interfaceName() {
    return "collections";
  }

  @Override
  protected FakeApi api() {
    return new FakeCollections();
  }

  @Override
  protected boolean resultsByPosition() {
    return true;
  }

  @Override
  protected String valueOf(Change change) {
    return Canonical.of(change.fields());
  }
}
