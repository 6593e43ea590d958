"""The public pages whose words the ministry and the operator keep: what stands there, by whom, and how it is shown."""
