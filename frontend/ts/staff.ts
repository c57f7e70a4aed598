// SPDX-License-Identifier: Apache-2.0
// Pages for staff in one column.
import "./alerts";
import "./back";
import "./conditions";
import "./leave";
import "./live";
import "./return";
import "./seek";
import "./when";
